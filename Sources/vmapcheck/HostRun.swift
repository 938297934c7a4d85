// SPDX-License-Identifier: Apache-2.0

import Foundation
import Replay
import Report

/// `replay --on host`: says what it does to this computer's kernel, asks, and does it.
struct HostRun {
  let isAgreed: Bool

  /// Looks at the kernel, prints what was seen, and says what to exit with.
  ///
  /// - Throws: ``KernelError/host(reason:)``.
  func run() throws -> ReplayStatus {
    let machine = HostMachine()
    if let obstacle = machine.obstacle() { throw KernelError.host(reason: obstacle) }
    guard isAgreed || asks() else {
      throw KernelError.host(
        reason: "nothing was done; what would be is: it \(HostMachine.plan). Give --yes to agree")
    }
    let sight = try machine.look()
    let words = zip(["on", "off"], zip(sight.folios, sight.vmemmapPages)).map { hvo, seen in
      "HVO \(hvo): \(seen.0) folios, \(seen.1) pages of vmemmap"
    }
    Console.shared.write(
      """
      \(words.joined(separator: "\n"))
      vmapcheck: host: of an optimised folio of 2 MiB 64 struct pages are kept: \
      \(sight.isAsModelled ? "as the model has it" : "NOT SEEN")
      Counterexamples and cases cannot be shown there: use qemu:NAME for them.

      """)
    return sight.isAsModelled ? .cannotBeShown : .disagrees
  }

  /// Asks on a terminal.
  private func asks() -> Bool {
    guard isatty(STDIN_FILENO) == 1 else { return false }
    Console.shared.write("On this computer's own kernel it \(HostMachine.plan).\nGo on? [y/N] ")
    return readLine()?.lowercased().hasPrefix("y") ?? false
  }
}
