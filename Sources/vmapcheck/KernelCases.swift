// SPDX-License-Identifier: Apache-2.0

import Environment
import Foundation
import Frontend
import Replay
import Report

/// The drawn cases of a spec in a real kernel.
struct KernelCases {
  let kernel: ReplaySession.Kernel
  let command: ReplayCommand

  /// Runs them.
  func entry(
    _ name: String, source: SpecSource, native: MMU
  ) async throws -> ReplayEntry {
    let plan = Conformance.Plan(
      cases: command.drawnCases, seed: command.drawnSeed, jobs: 1)
    let run = KernelConformance(session: kernel.session, facts: kernel.facts)
    do {
      let conformance = try await run.run(
        name, source: source, native: native, plan: plan, single: command.single)
      return ReplayEntry(file: source.path, name: name, outcome: .conformance(conformance))
    } catch let obstacle as KernelConformance.Obstacle {
      return ReplayEntry(
        file: source.path, name: name,
        outcome: .conformance(
          Conformance(name, plan: plan, on: command.on, obstacle: obstacle.reason)))
    }
  }
}

extension ReplaySession {
  /// The kernel that is asked for, ready; nil for the machine `mmu`.
  func kernel() async throws -> Kernel? {
    guard command.on != "mmu" else { return nil }
    let machine =
      try command.on == "host" ? HostMachine().machine : KernelMachine.find(command.on)
    let build = try KernelBuild(
      machine: machine, module: EnvironmentFiles.module, environment: EnvironmentFiles.folder)
    let progress = progress
    let session = KernelSession(
      build: build, isHVO: command.isHVO, accelerator: command.accel.rawValue,
      progress: { progress.note($0) })
    progress.begin(command.on)
    defer { progress.note(nil) }
    let facts = try await session.prepare()
    if command.format == .text, detail > .quiet {
      Console.shared.write(KernelText.lines(facts).joined(separator: "\n") + "\n")
    }
    return Kernel(session: session, facts: facts)
  }

  /// Only what vmapcheck has written is written over.
  ///
  /// - Throws: ``KernelError/file(path:reason:)``.
  func checkOutput() throws {
    guard let path = command.output, FileManager.default.fileExists(atPath: path) else { return }
    let data = try? Data(contentsOf: URL(fileURLWithPath: path))
    guard let data, (try? JSONDecoder().decode(ReplayDocument.self, from: data)) != nil else {
      throw KernelError.file(
        path: path, reason: "is there and not written by vmapcheck: give another --output")
    }
  }

  /// Writes the document where the user wants it; false where that cannot be.
  func write(_ document: ReplayDocument) -> Bool {
    guard let path = command.output else { return true }
    do {
      try checkOutput()
      try (document.text() + "\n").write(toFile: path, atomically: true, encoding: .utf8)
      return true
    } catch {
      let reason = (error as? KernelError)?.description ?? "\(path): \(error.localizedDescription)"
      Console.shared.complain("vmapcheck: error: \(reason)")
      return false
    }
  }
}
