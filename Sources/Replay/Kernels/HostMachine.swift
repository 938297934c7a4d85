// SPDX-License-Identifier: Apache-2.0

import Foundation

/// This computer's own kernel.
public enum HostMachine {
  /// Why it cannot be used; nil if it can.
  public static var obstacle: String? {
    if getuid() != 0 { return "it takes root" }
    if let mode = lockdown, mode != "none" {
      return "the kernel is locked down (\(mode))"
    }
    guard FileManager.default.fileExists(atPath: sysctl) else {
      return "its kernel has no HVO (\(sysctl) is missing)"
    }
    guard FileManager.default.isWritableFile(atPath: sysctl),
      access(sysctl, W_OK) == 0, !isReadOnly("/proc/sys")
    else { return "its sysctls cannot be written, as in a container" }
    return nil
  }

  /// Whether folios that are allocated from now on are optimised.
  static let sysctl = "/proc/sys/vm/hugetlb_optimize_vmemmap"

  /// The mode in brackets of "none [integrity] confidentiality".
  private static var lockdown: String? {
    let path = "/sys/kernel/security/lockdown"
    let text = try? String(contentsOfFile: path, encoding: .utf8)
    return text?.firstMatch(of: /\[(\w+)\]/).map { String($0.1) }
  }

  private static func isReadOnly(_ path: String) -> Bool {
    var status = statvfs()
    return statvfs(path, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
  }
}
