// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A kernel with HVO on or off, booted as often as needed: its state when it was ready is kept,
/// and every guest begins from there.
public struct KernelSession: Sendable {
  let settings: Guest.Settings
  let progress: @Sendable (String) -> Void

  /// Makes a session.
  ///
  /// - Parameters:
  ///   - accelerator: "tcg" or "kvm".
  ///   - progress: told what is being done.
  public init(
    build: KernelBuild, isHVO: Bool, accelerator: String,
    progress: @escaping @Sendable (String) -> Void
  ) {
    settings = Guest.Settings(build: build, isHVO: isHVO, accelerator: accelerator)
    self.progress = progress
  }

  /// The machine's name.
  public var title: String { settings.title }

  /// Whether HVO is on.
  public var isHVO: Bool { settings.isHVO }

  /// The file with the console of the last guest.
  public var console: URL { settings.console }

  /// Builds and boots what has not been, has the controls run, and gives the facts.
  public func prepare() async throws -> KernelFacts {
    try await settings.build.prepare(progress: progress)
    if let facts = knownFacts, FileManager.default.fileExists(atPath: settings.state.path) {
      return facts
    }
    progress("booting \(settings.build.machine.release), HVO \(isHVO ? "on" : "off")")
    let settings = settings
    let facts = try await Guest.run(settings, isRestored: false) { guest in
      let facts = try guest.quickControls(settings)
      try await guest.save()
      return try guest.rawControls(facts, settings)
    }
    try JSONEncoder().encode(facts).write(to: settings.facts, options: .atomic)
    return facts
  }

  private var knownFacts: KernelFacts? {
    guard let data = try? Data(contentsOf: settings.facts) else { return nil }
    return try? JSONDecoder().decode(KernelFacts.self, from: data)
  }

  /// Does work with a guest whose controls are right. Where its state cannot be restored, as after
  /// another version of QEMU has been installed, it is made anew.
  func withGuest<Value: Sendable>(
    _ work: @Sendable (Guest) async throws -> Value
  ) async throws -> Value {
    let settings = settings
    func begin(_ guest: Guest) async throws -> Value {
      _ = try guest.quickControls(settings)
      return try await work(guest)
    }
    var restored = settings
    restored.bootSeconds = 60
    do {
      return try await Guest.run(restored, isRestored: true, begin)
    } catch let error as KernelError {
      guard case .guest(_, let reason, _) = error, reason == Guest.silence else {
        throw error
      }
      try? FileManager.default.removeItem(at: settings.state)
      _ = try await prepare()
      return try await Guest.run(restored, isRestored: true, begin)
    }
  }
}
