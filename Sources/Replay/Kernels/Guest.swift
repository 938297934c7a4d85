// SPDX-License-Identifier: Apache-2.0

import Foundation
import Frontend
import Subprocess

/// A booted kernel.
final class Guest {
  /// How a guest is begun.
  struct Settings: Sendable {
    var build: KernelBuild
    var isHVO: Bool
    /// "tcg", or "kvm" where the user asks for it.
    var accelerator: String
    /// Seconds that a boot may take.
    var bootSeconds: Int

    /// Settings of a kernel; with KVM it boots in a few seconds, or never.
    init(build: KernelBuild, isHVO: Bool, accelerator: String) {
      self.build = build
      self.isHVO = isHVO
      self.accelerator = accelerator
      bootSeconds = accelerator == "kvm" ? 30 : 120
    }
    /// Seconds that a case may take; the guest's own limit is shorter.
    var caseSeconds = 40

    private var key: String {
      let parts = [build.machine.image, build.machine.package ?? "", Guest.processor]
      let digest = SHA256.hexDigest(of: parts.joined(separator: "\0"))
      return "\(isHVO ? "hvo" : "plain")-\(accelerator)-\(digest.prefix(8))"
    }
    /// The guest's state when it was ready.
    var state: URL { build.folder.appendingPathComponent("state-\(key)") }
    /// What was seen when it was.
    var facts: URL { build.folder.appendingPathComponent("facts-\(key).json") }
    /// The console of the last guest that was there.
    var console: URL { build.folder.appendingPathComponent("console-\(key).log") }
    var title: String { build.machine.title }
  }

  /// Why a guest is booted that could not be restored.
  static let silence = "the guest does not come to answer"

  /// What is asked of it.
  let agent: KernelAgent
  private let settings: Settings
  private let monitor: LineSocket

  private init(settings: Settings, folder: URL, serial: LineSocket, monitor: LineSocket) {
    self.settings = settings
    let console = Self.console(in: folder)
    agent = KernelAgent(
      title: settings.title, socket: serial, caseSeconds: settings.caseSeconds,
      tail: { Self.tail(of: console) })
    self.monitor = monitor
  }

  // MARK: Beginning and end

  /// Boots a guest, or restores one, and does work with it.
  ///
  /// - Throws: ``KernelError/guest(machine:reason:console:)`` where the guest does not answer.
  static func run<Value: Sendable>(
    _ settings: Settings, isRestored: Bool,
    _ work: (Guest) async throws -> Value
  ) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("vmapcheck-\(UUID().uuidString.prefix(8))", isDirectory: true)
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw KernelError.cacheNotWritable(path: folder.path, reason: error.localizedDescription)
    }
    defer {
      try? FileManager.default.removeItem(at: settings.console)
      try? FileManager.default.moveItem(at: console(in: folder), to: settings.console)
      try? FileManager.default.removeItem(at: folder)
    }
    guard let setpriv = Tool.path(of: "setpriv") else {
      throw KernelError.toolsMissing(tools: ["setpriv"], packages: ["util-linux"])
    }
    var options = PlatformOptions()
    options.teardownSequence = [.send(signal: .kill, allowedDurationToNextStep: .seconds(5))]
    let result = try await Subprocess.run(
      .path(.init(setpriv)),
      arguments: .init(arguments(settings, folder: folder, isRestored: isRestored)),
      platformOptions: options, input: .none, output: .discarded,
      error: .string(limit: 1 << 20)
    ) { execution -> Result<Value, any Error> in
      do {
        let guest = try await connect(settings, folder: folder)
        let value = try await work(guest)
        try? execution.send(signal: .kill)
        return .success(value)
      } catch {
        try? execution.send(signal: .kill)
        return .failure(error)
      }
    }
    do {
      return try result.closureResult.get()
    } catch {
      throw explained(error, settings, folder, result.standardError)
    }
  }

  private static func console(in folder: URL) -> URL {
    folder.appendingPathComponent("console.log")
  }

  /// The end of a console.
  private static func tail(of console: URL) -> [String] {
    let text = (try? String(contentsOf: console, encoding: .utf8)) ?? ""
    return text.split(whereSeparator: { $0.isNewline }).suffix(60).map { line -> String in
      // Without the time stamp, as the log of a run has its lines.
      let stamp = line.prefixMatch(of: #/\[ *\d+\.\d+\] /#)
      return String(stamp.map { line[$0.range.upperBound...] } ?? line)
    }
  }

  /// A guest's CPU. Without cmpxchg16b, which SLUB then does without: QEMU 7.2's TCG leaves flags
  /// behind it that are an address's bits until others are set (target/i386/tcg/mem_helper.c takes
  /// them from the operand of an addition before it), and an interrupt between the two restores
  /// them, IOPL, NT, VM and the direction of string instructions with them: an oops now and then.
  private static let processor = "max,-cx16"

  private static func arguments(
    _ settings: Settings, folder: URL, isRestored: Bool
  ) -> [String] {
    let line = [
      "console=ttyS0 quiet panic=-1 nokaslr no_timer_check cryptomgr.notests",
      "initcall_blacklist=load_system_certificate_list,jent_mod_init",
      "hugetlb_free_vmemmap=\(settings.isHVO ? "on" : "off")",
    ].joined(separator: " ")
    func socket(_ name: String) -> String {
      "unix:\(folder.path)/\(name),server=on,wait=off"
    }
    return [
      // Not a multiple of 128 MiB: so that there is a memory section with a BAR beside RAM.
      "--pdeathsig", "KILL", "qemu-system-x86_64", "-M", "pc", "-accel", settings.accelerator,
      "-cpu", processor, "-m", "500M", "-smp", "1", "-nodefaults", "-nic", "none",
      "-display", "none", "-no-reboot", "-kernel", settings.build.machine.image, "-initrd",
      settings.build.initramfs.path, "-append", line, "-serial",
      "file:\(console(in: folder).path)", "-serial", socket("serial"), "-qmp", socket("monitor"),
    ] + (isRestored ? ["-incoming", "exec:cat '\(settings.state.path)'"] : [])
  }

  /// Waits until the guest answers.
  private static func connect(_ settings: Settings, folder: URL) async throws -> Guest {
    let deadline = ContinuousClock.now + .seconds(settings.bootSeconds)
    func open(_ name: String) async throws -> LineSocket {
      let path = folder.appendingPathComponent(name).path
      let soon = ContinuousClock.now + .seconds(10)
      while ContinuousClock.now < soon {
        if let socket = LineSocket(path: path) { return socket }
        try await Task.sleep(for: .milliseconds(10))
      }
      throw Refusal()
    }
    let guest = Guest(
      settings: settings, folder: folder, serial: try await open("serial"),
      monitor: try await open("monitor"))
    do {
      try guest.command("qmp_capabilities")
      // What comes before the guest runs is lost: it is asked again and again.
      while try !guest.agent.answersPing(by: min(deadline, .now + .milliseconds(200))) {
        let status = try guest.command("query-status")["status"] as? String ?? ""
        if stops.contains(status) { throw Stop(status: status) }
        guard ContinuousClock.now < deadline else { throw Silence() }
      }
      try guest.agent.ping(by: deadline)
    } catch is LineSocket.Failure {
      throw Silence()
    }
    return guest
  }

  /// The guest has never answered.
  private struct Silence: Error {}

  /// QEMU has not come so far as to make its sockets.
  private struct Refusal: Error {}

  /// QEMU does not go on with the guest.
  private struct Stop: Error { var status: String }
  private static let stops = ["internal-error", "io-error", "guest-panicked", "shutdown"]

  /// What went wrong, with the end of the console, and before it what QEMU has said itself.
  private static func explained(
    _ error: any Error, _ settings: Settings, _ folder: URL, _ words: String
  ) -> any Error {
    var reason: String
    switch error {
    case is Silence: reason = silence
    case is Refusal: reason = "qemu-system-x86_64 does not start"
    case let stop as Stop: reason = "QEMU has stopped the guest (\(stop.status))"
    case LineSocket.Failure.closed: reason = "QEMU has ended"
    case LineSocket.Failure.timeout: reason = "the guest does not answer"
    default: return error
    }
    if settings.accelerator == "kvm" { reason += kvmAdvice }
    return KernelError.guest(
      machine: settings.title, reason: reason,
      console: words.split(separator: "\n").prefix(3).map { "qemu: \($0)" }
        + tail(of: console(in: folder)).suffix(20))
  }

  /// A virtual machine may have /dev/kvm and yet no CPU that runs a guest's kernel.
  private static var kvmAdvice: String {
    let flags = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let isThere = flags.firstMatch(of: /\b(vmx|svm)\b/) != nil
    return (isThere ? "" : ", as this CPU has neither vmx nor svm")
      + "; without --accel kvm it is slower and needs no such CPU"
  }

  // MARK: The state

  /// Keeps the guest's state, and lets the guest go on.
  func save() async throws {
    let beside = settings.state.deletingLastPathComponent()
      .appendingPathComponent(".state-\(UUID().uuidString)")
    try command("migrate", ["uri": "exec:cat > '\(beside.path)'"])
    let deadline = ContinuousClock.now + .seconds(120)
    while true {
      let status = try command("query-migrate")["status"] as? String
      if status == "completed" { break }
      guard status != "failed", ContinuousClock.now < deadline else {
        throw KernelError.guest(
          machine: settings.title, reason: "its state cannot be kept", console: [])
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    guard rename(beside.path, settings.state.path) == 0 else {
      throw KernelError.cacheNotWritable(
        path: settings.state.path, reason: String(cString: strerror(errno)))
    }
    try command("cont")
  }

  @discardableResult
  private func command(_ name: String, _ arguments: [String: String] = [:]) throws
    -> [String: Any]
  {
    let deadline = ContinuousClock.now + .seconds(30)
    let request: [String: Any] = ["execute": name, "arguments": arguments]
    try monitor.send(
      try JSONSerialization.data(withJSONObject: request) + Data("\n".utf8), by: deadline)
    while true {
      let line = try monitor.line(by: deadline)
      let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any]
      if let answer = object?["return"] { return answer as? [String: Any] ?? [:] }
      if let error = object?["error"] as? [String: Any] {
        throw KernelError.guest(
          machine: settings.title, reason: "qemu: \(error["desc"] as? String ?? name)",
          console: [])
      }
    }
  }
}
