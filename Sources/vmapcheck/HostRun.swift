// SPDX-License-Identifier: Apache-2.0

import Foundation
import Replay
import Report

/// `replay --on host`: says what it does to this computer's kernel, and asks.
struct HostRun {
  let command: ReplayCommand

  /// Asks, and where there can be no module looks at /proc.
  ///
  /// - Returns: what to exit with; nil where the module is to be used, as the user has agreed.
  /// - Throws: ``KernelError/host(reason:)``.
  func begin() throws -> ReplayStatus? {
    let host = HostMachine()
    guard let reason = host.moduleObstacle() else {
      if command.isHVO, let obstacle = host.optimisingObstacle {
        throw KernelError.host(reason: "\(obstacle): give --hvo off")
      }
      try ask(host.modulePlan(isHVO: command.isHVO))
      return nil
    }
    let looking = HostProc(host: host)
    if let obstacle = looking.obstacle() {
      throw KernelError.host(
        reason: obstacle == reason ? reason : "no module: \(reason); by /proc: \(obstacle)")
    }
    Console.shared.complain("vmapcheck: host: no module: \(reason)")
    try ask(HostProc.plan)
    let sight = try looking.look()
    Console.shared.write((Self.lines(sight) + [""]).joined(separator: "\n"))
    return sight.isAsModelled ? .cannotBeShown : .disagrees
  }

  private static func lines(_ sight: HostProc.Sight) -> [String] {
    let settings = zip(["on", "off"], zip(sight.folios, zip(sight.vmemmapPages, sight.withTails)))
    return settings.map { hvo, seen in
      let tails = seen.1.1.map { ", of \($0) struct pages 64, 128 and 448 are a large folio's" }
      return "HVO \(hvo): \(seen.0) folios, \(seen.1.0) pages of vmemmap\(tails ?? "")"
    } + [
      "vmapcheck: host: of an optimised folio of 2 MiB 64 struct pages are kept: "
        + (sight.isAsModelled ? "as the model has it" : "NOT SEEN"),
      "Counterexamples and cases cannot be shown there without a module: use qemu:NAME for them.",
    ]
  }

  /// Says what will be done and asks, if it may not go on.
  private func ask(_ plan: String) throws {
    if command.yes { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw KernelError.host(
        reason: "nothing was done, as nobody can be asked: give --yes to agree to this:\n\(plan)")
    }
    Console.shared.write("\(plan)Go on? [y/N] ")
    guard readLine()?.lowercased().hasPrefix("y") ?? false else {
      throw KernelError.host(reason: "nothing was done")
    }
  }
}
