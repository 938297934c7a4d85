// SPDX-License-Identifier: Apache-2.0

import Environment
import Foundation
import Replay
import Report

/// One run of `vmapcheck machines add`.
struct MachineAdding: Sendable {
  let command: MachinesCommand.Add
  let progress = Progress(console: .shared)

  /// Adds the machine, and says what to exit with.
  func run() async -> Int32 {
    progress.start()
    defer { progress.stop() }
    do {
      let facts = try await add()
      progress.stop()
      let lines = facts.map(KernelText.lines).joined()
      Console.shared.write(lines.joined(separator: "\n") + "\n")
      Console.shared.write("vmapcheck: \(command.name): ready\n")
      return ReplayStatus.agrees.rawValue
    } catch {
      let problem = Session.problem(error)
      Console.shared.complain(ProblemText(problem).lines.joined(separator: "\n"))
      return (problem.isInternal ? ReplayStatus.internalError : .usage).rawValue
    }
  }

  private func add() async throws -> [KernelFacts] {
    progress.begin(command.name)
    let machine = try await machine()
    if let missing = KernelMachine.missingTools(compiler: machine.compilerName) { throw missing }
    let build = try KernelBuild(
      machine: machine, module: EnvironmentFiles.module, environment: EnvironmentFiles.folder)
    var facts: [KernelFacts] = []
    for isHVO in try machine.configuration().hvo ? [true, false] : [false] {
      let session = KernelSession(
        build: build, isHVO: isHVO, accelerator: command.accel.rawValue, progress: tell)
      facts.append(try await session.prepare())
    }
    try machine.register()
    return facts
  }

  @Sendable private func tell(_ text: String) {
    progress.note(text)
    if !Console.shared.canShowProgress { Console.shared.complain("vmapcheck: \(text)") }
  }

  private func machine() async throws -> KernelMachine {
    let name = String(command.name.dropFirst("qemu:".count))
    if let image = command.vmlinux, let headers = command.headers {
      guard DebianKernel(name: name) == nil else {
        throw KernelError.file(path: command.name, reason: "is a name of Debian's kernels")
      }
      return try KernelMachine(name: name, image: image, headers: headers)
    }
    guard let kernel = DebianKernel(name: name) else {
      throw KernelError.file(
        path: command.name,
        reason: "is none of Debian's kernels ("
          + DebianKernel.all.map { "qemu:\($0.name)" }.joined(separator: ", ")
          + "); for your own give --vmlinux and --headers")
    }
    return try await kernel.fetch(progress: tell)
  }
}

/// `vmapcheck machines`.
enum MachineList {
  /// A line for each machine.
  static var lines: [String] {
    var rows = [("mmu", "ready: user space of this computer, nothing to install")]
    let missing = KernelMachine.missingTools()
    let added = KernelMachine.all
    for machine in added {
      rows.append((machine.title, missing?.description ?? "ready: \(words(machine))"))
    }
    for kernel in DebianKernel.all where !added.contains(where: { $0.name == kernel.name }) {
      let how = "vmapcheck machines add qemu:\(kernel.name)"
      rows.append(
        (
          "qemu:\(kernel.name)",
          missing.map { "not added, and \($0); then: \(how)" } ?? "not added: \(how)"
        ))
    }
    rows.append(("host", host))
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, text in
      name + String(repeating: " ", count: width + 2 - name.count) + text
    }
  }

  /// This computer's own kernel: with the module, else by /proc, else not.
  private static var host: String {
    let host = HostMachine()
    guard let reason = host.moduleObstacle() else {
      return "ready, asks first: \(words(host.machine))"
    }
    guard let obstacle = HostProc().obstacle() else {
      return "what /proc shows of HVO, asks first; no module: \(reason)"
    }
    return obstacle == reason
      ? "not usable: \(reason)" : "not usable: no module: \(reason); by /proc: \(obstacle)"
  }

  private static func words(_ machine: KernelMachine) -> String {
    guard let has = try? machine.configuration() else {
      return "\(machine.release), but its headers are gone"
    }
    let parts = [
      (has.hvo, "HVO"), (has.vmapPfn, "vmap_pfn()"), (has.udmabuf, "udmabuf"),
    ]
    let words = parts.map { "\($0.0 ? "with" : "without") \($0.1)" }
    return "\(machine.release), \(words.joined(separator: ", "))"
  }
}
