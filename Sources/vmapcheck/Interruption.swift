// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Report
import SMT
import Synchronization

/// Turns SIGINT and SIGTERM into the cancellation of a task; a second one ends the process.
final class Interruption: Sendable {
  private struct State {
    var isInterrupted = false
    var cancel: (@Sendable () -> Void)?
    var sources: [DispatchHandle] = []
    /// The solvers in use, by spec.
    var solvers: [String: [Interrupter]] = [:]
  }

  private let state = Mutex(State())

  /// Whether the user has ended the run.
  var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  /// A solver is in use for a spec: it is interrupted too.
  func add(_ solver: Interrupter, for spec: String) {
    state.withLock { $0.solvers[spec, default: []].append(solver) }
  }

  /// The spec's solvers are no longer in use.
  func removeSolvers(of spec: String) {
    state.withLock { _ = $0.solvers.removeValue(forKey: spec) }
  }

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
    interruptSolvers()
  }

  /// Again and again: between two checks Z3 does not hear it.
  private func interruptSolvers() {
    let handle = DispatchHandle(
      source: DispatchSource.makeTimerSource(queue: DispatchQueue(label: "vmapcheck.solvers")))
    guard let timer = handle.source as? any DispatchSourceTimer else { return }
    timer.schedule(deadline: .now(), repeating: .milliseconds(50))
    timer.setEventHandler { [weak self] in
      let solvers = self?.state.withLock { Array($0.solvers.values.joined()) } ?? []
      for solver in solvers { solver.interrupt() }
    }
    timer.resume()
    state.withLock { $0.sources.append(handle) }
  }
}

/// Keeps a dispatch source alive. Dispatch's own calls may come from any thread.
struct DispatchHandle: @unchecked Sendable {
  let source: any DispatchSourceProtocol
}
