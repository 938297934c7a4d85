// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The process that talks to the machine's module: the only one of a guest, or one on this
/// computer's own kernel.
final class KernelAgent {
  private let title: String
  private let socket: LineSocket
  private let caseSeconds: Int
  private let tail: () -> [String]
  private var pings = 0

  /// Talks to a process.
  ///
  /// - Parameters:
  ///   - title: the machine's name.
  ///   - caseSeconds: how long a case may take; the process's own limit is shorter.
  ///   - tail: the end of the console, of which is told where there is no answer.
  init(
    title: String, socket: LineSocket, caseSeconds: Int, tail: @escaping () -> [String]
  ) {
    self.title = title
    self.socket = socket
    self.caseSeconds = caseSeconds
    self.tail = tail
  }

  /// Lets the process know that there will be no more.
  func close() { socket.close() }

  /// Whether it answers at all.
  func answersPing(by deadline: ContinuousClock.Instant) throws -> Bool {
    do {
      try ping(by: deadline)
      return true
    } catch LineSocket.Failure.timeout {
      return false
    }
  }

  /// Waits for the answer of a question that no earlier one can have.
  func ping(by deadline: ContinuousClock.Instant) throws {
    pings += 1
    try socket.send(Data("\nping \(pings)\n".utf8), by: deadline)
    while try answer(by: deadline).pong != pings {}
  }

  private func answer(by deadline: ContinuousClock.Instant) throws -> GuestAnswer {
    while true {
      let line = try socket.line(by: deadline)
      guard line.starts(with: Data("= ".utf8)) else { continue }
      do {
        return try JSONDecoder().decode(GuestAnswer.self, from: line.dropFirst(2))
      } catch {
        throw KernelError.guest(
          machine: title,
          reason: "an answer of the guest is damaged: \(String(decoding: line, as: UTF8.self))",
          console: [])
      }
    }
  }

  /// Has a command done.
  func ask(_ line: String, sending data: Data = Data()) throws -> GuestAnswer {
    let deadline = ContinuousClock.now + .seconds(caseSeconds)
    try socket.send(Data("\(line)\n".utf8) + data, by: deadline)
    let answer = try answer(by: deadline)
    if let error = answer.error {
      throw KernelError.guest(machine: title, reason: error, console: [])
    }
    return answer
  }

  /// Has a case run. A guest that does not survive it is an answer too.
  func askCase(_ line: String) throws -> GuestAnswer {
    do {
      return try ask(line)
    } catch let failure as LineSocket.Failure {
      var answer = GuestAnswer()
      answer.hangs = true
      answer.why =
        switch failure {
        case .closed: "the guest has ended"
        case .timeout: "the guest does not answer any more"
        }
      answer.log = tail()
      return answer
    }
  }

  /// Loads a spec's module.
  func load(_ module: KernelBuild.SpecModule) throws {
    let answer = try ask("load \(module.data.count) \(module.name)", sending: module.data)
    guard answer.loaded == 0 else {
      let reason = String(cString: strerror(Int32(answer.loaded ?? 0)))
      throw KernelError.guest(
        machine: title, reason: "the spec's module is not accepted: \(reason)",
        console: answer.log ?? [])
    }
  }
}
