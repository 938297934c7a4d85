// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Report
import Synchronization

/// Turns SIGINT and SIGTERM into the cancellation of a task; a second one ends the process.
final class Interruption: Sendable {
  private struct State {
    var isInterrupted = false
    var cancel: (@Sendable () -> Void)?
    var sources: [DispatchHandle] = []
  }

  private let state = Mutex(State())

  /// Whether the user has ended the run.
  var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  /// Does work that the signals cancel.
  func guarding<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await work() }
    state.withLock { $0.cancel = { task.cancel() } }
    for number in [SIGINT, SIGTERM] { listen(to: number) }
    defer { state.withLock { $0.sources.forEach { $0.source.cancel() } } }
    return try await task.value
  }

  private func listen(to number: Int32) {
    // The default would end the process before the source is told.
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(
      signal: number, queue: DispatchQueue(label: "vmapcheck.signals"))
    source.setEventHandler { [weak self] in self?.interrupt() }
    source.resume()
    let handle = DispatchHandle(source: source)
    state.withLock { $0.sources.append(handle) }
  }

  private func interrupt() {
    let cancel = state.withLock { state in
      let isSecond = state.isInterrupted
      state.isInterrupted = true
      return isSecond ? nil : state.cancel
    }
    guard let cancel else { _exit(ExitStatus.interrupted.rawValue) }
    cancel()
  }
}

/// Keeps a dispatch source alive. Dispatch's own calls may come from any thread.
struct DispatchHandle: @unchecked Sendable {
  let source: any DispatchSourceProtocol
}
