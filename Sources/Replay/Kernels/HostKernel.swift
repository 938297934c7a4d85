// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess

/// This computer's own kernel, with the machine's module in it for as long as there is work.
///
/// A process of its own does what has to be undone, and undoes it when the socket to it is closed:
/// also where this process crashes or is killed.
struct HostKernel: Sendable {
  let build: KernelBuild
  let isHVO: Bool

  /// Folios of 2 MiB that are taken of each sort.
  static let folios = 24
  private static let beginSeconds = 60
  private static let caseSeconds = 40

  /// The release of the kernel that runs, and its build.
  static var identity: (release: String, version: String) {
    var name = utsname()
    uname(&name)
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return (text(name.release), text(name.version))
  }

  /// Loads the module and takes folios, does work, and leaves the kernel as it was.
  ///
  /// - Throws: ``KernelError/host(reason:)`` where that is not possible.
  func run<Value: Sendable>(
    _ work: (KernelAgent) async throws -> Value
  ) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("vmapcheck-\(UUID().uuidString.prefix(8))", isDirectory: true)
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw KernelError.cacheNotWritable(path: folder.path, reason: error.localizedDescription)
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    let socket = folder.appendingPathComponent("socket").path
    var options = PlatformOptions()
    // It ends by itself, after what it does at the moment: nothing of that may be cut short.
    options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(600))]
    let result = try await Subprocess.run(
      .path(.init(build.agent.path)), arguments: [socket, build.object.path],
      platformOptions: options, input: .none, output: .discarded, error: .currentStandardError
    ) { _ -> Result<Value, any Error> in
      do {
        let agent = try await connect(to: socket)
        defer { agent.close() }
        let optimizes = isHVO ? 1 : 0
        _ = try agent.ask("begin \(Self.folios) \(optimizes)")
        return .success(try await work(agent))
      } catch LineSocket.Failure.closed, LineSocket.Failure.timeout {
        return .failure(KernelError.host(reason: "the process that talks to it does not answer"))
      } catch {
        return .failure(error)
      }
    }
    guard result.terminationStatus.isSuccess else {
      throw KernelError.host(reason: "it could not be left as it was: what is wrong stands above")
    }
    return try result.closureResult.get()
  }

  private func connect(to path: String) async throws -> KernelAgent {
    let deadline = ContinuousClock.now + .seconds(Self.beginSeconds)
    while ContinuousClock.now < deadline {
      if let socket = LineSocket(path: path) {
        return KernelAgent(
          title: build.machine.title, socket: socket, caseSeconds: Self.caseSeconds, tail: { [] })
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw LineSocket.Failure.timeout
  }
}
