// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A kernel with HVO on or off: this computer's own, or one that is booted as often as needed. Its
/// state when it was ready is kept then, and every guest begins from there.
public struct KernelSession: Sendable {
  /// What is built for the kernel.
  let build: KernelBuild
  /// Whether HVO is on, for folios of the session's.
  public let isHVO: Bool
  let progress: @Sendable (String) -> Void
  private let accelerator: String

  /// Makes a session.
  ///
  /// - Parameters:
  ///   - accelerator: "tcg" or "kvm".
  ///   - progress: told what is being done.
  public init(
    build: KernelBuild, isHVO: Bool, accelerator: String,
    progress: @escaping @Sendable (String) -> Void
  ) {
    self.build = build
    self.isHVO = isHVO
    self.accelerator = accelerator
    self.progress = progress
  }

  /// The machine's name.
  public var title: String { build.machine.title }

  /// Whether the kernel is in use.
  var isLive: Bool { build.machine.isHost }

  /// What may not be run in it then.
  var risk: HostRisk? { isLive ? HostRisk(panicsOnWarn: HostMachine().panicsOnWarn) : nil }

  private var settings: Guest.Settings {
    Guest.Settings(build: build, isHVO: isHVO, accelerator: accelerator)
  }

  private var host: HostKernel { HostKernel(build: build, isHVO: isHVO) }

  /// Builds and boots what has not been, has the controls run, and gives the facts.
  public func prepare() async throws -> KernelFacts {
    try await build.prepare(progress: progress)
    let (machine, isHVO) = (build.machine, isHVO)
    if isLive {
      progress("the controls on \(machine.release)")
      return try await host.run { try $0.quickControls(machine, isHVO: isHVO) }
    }
    let settings = settings
    if let facts = knownFacts, FileManager.default.fileExists(atPath: settings.state.path) {
      return facts
    }
    progress("booting \(machine.release), HVO \(isHVO ? "on" : "off")")
    let facts = try await Guest.run(settings, isRestored: false) { guest in
      let facts = try guest.agent.quickControls(machine, isHVO: isHVO)
      try await guest.save()
      return try guest.agent.rawControls(facts, machine)
    }
    try JSONEncoder().encode(facts).write(to: settings.facts, options: .atomic)
    return facts
  }

  private var knownFacts: KernelFacts? {
    guard let data = try? Data(contentsOf: settings.facts) else { return nil }
    return try? JSONDecoder().decode(KernelFacts.self, from: data)
  }

  /// Does work with a kernel whose controls are right. Where a guest's state cannot be restored, as
  /// after another version of QEMU has been installed, it is made anew.
  func withKernel<Value: Sendable>(
    _ work: @Sendable (KernelAgent) async throws -> Value
  ) async throws -> Value {
    let (machine, isHVO) = (build.machine, isHVO)
    func begin(_ agent: KernelAgent) async throws -> Value {
      _ = try agent.quickControls(machine, isHVO: isHVO)
      return try await work(agent)
    }
    if isLive { return try await host.run(begin) }
    var restored = settings
    restored.bootSeconds = min(60, restored.bootSeconds)
    do {
      return try await Guest.run(restored, isRestored: true) { try await begin($0.agent) }
    } catch let error as KernelError {
      guard case .guest(_, let reason, _) = error, reason.hasPrefix(Guest.silence) else {
        throw error
      }
      try? FileManager.default.removeItem(at: restored.state)
      _ = try await prepare()
      return try await Guest.run(restored, isRestored: true) { try await begin($0.agent) }
    }
  }
}
