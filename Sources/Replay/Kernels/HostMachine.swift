// SPDX-License-Identifier: Apache-2.0

import Foundation

/// This computer's own kernel: why it cannot be used, and what is to be known before it is.
public struct HostMachine: Sendable {
  /// "/", but for tests.
  let root: URL
  let release: String

  /// The kernel that runs.
  public init() {
    self.init(root: URL(fileURLWithPath: "/"), release: HostKernel.identity.release)
  }

  /// The kernel that /proc and /sys in a folder tell of.
  init(root: URL, release: String) {
    self.root = root
    self.release = release
  }

  /// As a machine that modules are built for.
  public var machine: KernelMachine {
    KernelMachine(
      name: "host", image: "", headers: place(headers).path, release: release,
      package: HostKernel.identity.version)
  }

  // MARK: Obstacles

  /// Why nothing at all can be done with it; nil if something can.
  ///
  /// - Parameter user: who runs this: 0 is root.
  func obstacle(user: uid_t = getuid()) -> String? {
    if user != 0 { return "it takes root" }
    if let mode = lockdown, mode != "none" { return "the kernel is locked down (\(mode))" }
    guard number(in: HostMachine.pool) != nil else {
      return "its kernel has no hugetlb folios of 2 MiB (/\(HostMachine.pool) is missing)"
    }
    let files = [HostMachine.sysctl, HostMachine.pool].filter { number(in: $0) != nil }
    if let file = files.first(where: isReadOnly) {
      return "/\(file) cannot be written, as in a container"
    }
    return nil
  }

  /// Why the module cannot be loaded; nil if it can be tried.
  ///
  /// - Parameter user: who runs this: 0 is root.
  public func moduleObstacle(user: uid_t = getuid()) -> String? {
    if let obstacle = obstacle(user: user) { return obstacle }
    guard text("proc/modules") != nil else { return "its kernel takes no modules" }
    if number(in: "proc/sys/kernel/modules_disabled") == 1 {
      return "kernel.modules_disabled is set, until the next boot"
    }
    guard let configuration = text("\(headers)/.config"),
      let built = text("\(headers)/include/config/kernel.release"),
      built.trimmingCharacters(in: .whitespacesAndNewlines) == release
    else {
      return "the headers of \(release) are not in /\(headers): "
        + "apt-get install -y linux-headers-\(release)"
    }
    // The module calls what it finds by kallsyms.
    if hasIndirectBranchTracking {
      return "this CPU checks indirect calls, and the module calls what is not exported: boot "
        + "with ibt=off"
    }
    if ["CFI_CLANG", "CFI"].contains(where: { configuration.contains("\nCONFIG_\($0)=y\n") }) {
      return "its kernel checks indirect calls (CONFIG_CFI), and the module calls what is not "
        + "exported"
    }
    if access(place(HostMachine.rearming).path, W_OK) != 0 {
      return "a WARN_ON_ONCE cannot be armed again: mount -t debugfs debugfs /sys/kernel/debug"
    }
    return KernelMachine.missingTools(compiler: machine.compilerName, isHost: true)?.description
  }

  /// Why no folio is optimised for this; nil if one can be tried.
  public var optimisingObstacle: String? {
    guard number(in: HostMachine.sysctl) != nil else {
      return "its kernel has no HVO (/\(HostMachine.sysctl) is missing)"
    }
    // "Bad page state" by free_tail_page_prepare(), as HVO's copies of struct pages are left.
    if let match = release.firstMatch(of: /^6\.12\.(\d+)/), (Int(match.1) ?? 0) >= 114 {
      return "linux 6.12.114 and later lose pages when an optimised folio is given back"
    }
    if hasBadPages {
      return "it has met bad pages before, so that new ones would not be noticed"
    }
    return nil
  }

  /// Pages were found not to be as they should; it does not say which. TAINT_BAD_PAGE.
  var hasBadPages: Bool { (number(in: "proc/sys/kernel/tainted") ?? 0) & 1 << 5 != 0 }

  /// A WARN ends the kernel.
  var panicsOnWarn: Bool { number(in: "proc/sys/kernel/panic_on_warn") ?? 0 != 0 }

  /// An oops ends it.
  private var panicsOnOops: Bool { number(in: "proc/sys/kernel/panic_on_oops") ?? 0 != 0 }

  // MARK: What is done

  /// What is done with the module, for who is asked.
  ///
  /// - Parameter isHVO: whether folios are optimised.
  public func modulePlan(isHVO: Bool) -> String {
    let folios = HostKernel.folios * (isHVO ? 2 : 1)
    let sysctl =
      number(in: HostMachine.sysctl) == nil
      ? "" : " and vm.hugetlb_optimize_vmemmap for as long as these are allocated"
    let trial =
      isHVO
      ? "\n- gives one optimised folio back first: a kernel that loses pages then is tainted (B);"
      : ""
    let end = panicsOnOops ? "end it (kernel.panic_on_oops is set)" : "leave it damaged"
    return """
      On this computer's own kernel (\(release)) vmapcheck
      - builds a module against /\(headers) and loads it, which taints the kernel (O, and E where \
      it wants signatures), and a module for each spec, whose C then runs in the kernel;
      - allocates \(folios) hugetlb folios of 2 MiB: it changes /\(HostMachine.pool)\(sysctl);\(trial)
      - arms every WARN_ON_ONCE again (/\(HostMachine.rearming)), and reads /dev/kmsg;
      - runs only what by the words of the model and of mmu does no harm; where the kernel does \
      something else, it may still \(end);
      - removes the modules, and sets both numbers to what they were.

      """
  }

  // MARK: Files

  static let sysctl = "proc/sys/vm/hugetlb_optimize_vmemmap"
  /// Of 2 MiB, whatever size of folios is the default.
  static let pool = "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"
  private static let rearming = "sys/kernel/debug/clear_warn_once"

  private var headers: String { "lib/modules/\(release)/build" }

  private var hasIndirectBranchTracking: Bool {
    let lines = (text("proc/cpuinfo") ?? "").split(separator: "\n")
    return lines.first { $0.hasPrefix("flags") }?.split(separator: " ").contains("ibt") ?? false
  }

  private func isReadOnly(_ file: String) -> Bool {
    var status = statvfs()
    return access(place(file).path, W_OK) != 0
      || statvfs(place(file).path, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
  }

  func place(_ file: String) -> URL { root.appendingPathComponent(file) }

  func text(_ file: String) -> String? {
    try? String(contentsOf: place(file), encoding: .utf8)
  }

  func number(in file: String) -> Int? {
    text(file).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// The mode in brackets of "none [integrity] confidentiality".
  private var lockdown: String? {
    text("sys/kernel/security/lockdown")?.firstMatch(of: /\[(\w+)\]/).map { String($0.1) }
  }
}
