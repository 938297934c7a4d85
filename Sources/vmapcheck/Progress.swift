// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// Tells on a terminal what is being done, once that takes more than two seconds. It has a
/// thread of its own, as the verifier may have all others.
final class Progress: Sendable {
  private struct State {
    var running: [String] = []
    var done = 0
    var left = 0
    /// How far what is running has come.
    var note: String?
    var begin = ContinuousClock.now
    var timer: DispatchHandle?
  }

  private let state = Mutex(State())
  private let console: Console
  private static let patience = Duration.seconds(2)

  init(console: Console) { self.console = console }

  /// Begins to watch the time, where there is a terminal to tell it on.
  func start() {
    guard console.canShowProgress else { return }
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "vmapcheck.progress"))
    timer.schedule(deadline: .now() + .seconds(2), repeating: .milliseconds(250))
    timer.setEventHandler { [weak self] in self?.tick() }
    timer.resume()
    let handle = DispatchHandle(source: timer)
    state.withLock { state in
      state.begin = .now
      state.timer = handle
    }
  }

  /// Stops, and takes the line away.
  func stop() {
    state.withLock { state in
      state.timer?.source.cancel()
      state.timer = nil
    }
    console.eraseProgress()
  }

  /// Something of this name has begun.
  func begin(_ name: String) { state.withLock { $0.running.append(name) } }

  /// It has ended.
  func end(_ name: String) {
    state.withLock { state in
      if let index = state.running.firstIndex(of: name) { state.running.remove(at: index) }
      state.done += 1
    }
  }

  /// How many are known to wait.
  func set(left: Int) { state.withLock { $0.left = left } }

  /// How far what is running has come; nil where there is nothing to tell.
  func note(_ text: String?) { state.withLock { $0.note = text } }

  private func tick() {
    let line: String? = state.withLock { state in
      let elapsed = ContinuousClock.now - state.begin
      guard state.timer != nil, elapsed > Progress.patience,
        let first = state.note ?? state.running.first
      else { return nil }
      let others = state.running.count > 1 ? " and \(state.running.count - 1) more" : ""
      return "\(elapsed.components.seconds) s: \(first)\(others); "
        + "\(state.done) done, \(state.left) left"
    }
    if let line { console.show(progress: line) }
  }
}

/// Keeps a dispatch source alive. Dispatch's own calls may come from any thread.
struct DispatchHandle: @unchecked Sendable {
  let source: any DispatchSourceProtocol
}
