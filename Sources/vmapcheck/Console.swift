// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Standard output and standard error, with a line of progress at the end of the latter.
final class Console: Sendable {
  static let shared = Console()

  private struct State {
    var isProgressShown = false
    var hasFailed = false
  }

  private let state = Mutex(State())

  /// Whether standard output is a terminal.
  var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether progress can be shown.
  var canShowProgress: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether standard output refused something, as a full disk does.
  var hasFailed: Bool { state.withLock { $0.hasFailed } }

  /// Writes to standard output.
  func write(_ text: String) {
    state.withLock { state in
      erase(&state)
      do {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
      } catch {
        state.hasFailed = true
      }
    }
  }

  /// Writes a line to standard error.
  func complain(_ text: String) {
    state.withLock { state in
      erase(&state)
      try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
  }

  /// Shows a line of progress in the place of the last one.
  func show(progress: String) {
    state.withLock { state in
      state.isProgressShown = true
      let line = "\r\u{1B}[K" + progress.prefix(78)
      try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }
  }

  /// Takes the line of progress away.
  func eraseProgress() { state.withLock { erase(&$0) } }

  private func erase(_ state: inout State) {
    guard state.isProgressShown else { return }
    state.isProgressShown = false
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
  }
}
