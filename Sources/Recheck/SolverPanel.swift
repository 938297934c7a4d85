// SPDX-License-Identifier: Apache-2.0

/// Solvers that are asked one after the other, until one has an answer.
///
/// What is hard for one is often easy for another: so each gets a moment first, and all of the time
/// only where none had an answer by then.
public struct SolverPanel: Sendable {
  private let solvers: [ExternalSolver]
  private let seconds: Int

  /// Seconds that each of several solvers gets at first.
  private static let moment = 1

  /// Makes a panel.
  ///
  /// - Parameters:
  ///   - solvers: in the order in which they are asked; at least one.
  ///   - seconds: that one question may take each of them.
  public init(_ solvers: [ExternalSolver], seconds: Int) {
    self.solvers = solvers
    self.seconds = seconds
  }

  /// The solvers' names and versions.
  public var words: String { solvers.map(\.words).joined(separator: ", then ") }

  /// Questions that are put to the panel at once.
  var batch: Int { solvers.map(\.batch).max() ?? 1 }

  /// Who is asked, and for how long.
  private var turns: [(solver: ExternalSolver, seconds: Int)] {
    let all = solvers.map { ($0, seconds) }
    return solvers.count > 1 && seconds > SolverPanel.moment
      ? solvers.map { ($0, SolverPanel.moment) } + all : all
  }

  /// Answers some questions, in their order.
  func answers(to scripts: [String]) async throws -> [Answer] {
    var answers = [Answer](repeating: .unknown("it was not asked"), count: scripts.count)
    for (solver, seconds) in turns {
      let open = answers.indices.filter { answers[$0].isOpen }
      if open.isEmpty { break }
      let some = try await solver.answers(to: open.map { scripts[$0] }, seconds: seconds)
      for (index, answer) in zip(open, some) { answers[index] = answer }
    }
    return answers
  }
}

extension Answer {
  fileprivate var isOpen: Bool { if case .unknown = self { true } else { false } }
}
