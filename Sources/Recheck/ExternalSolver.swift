// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess

/// What a solver says of a question.
public enum Answer: Sendable, Hashable {
  /// The facts cannot hold together.
  case unsat
  /// They can, says a solver: a proof that needs the question is none.
  case sat(by: String)
  /// No answer, with the reason.
  case unknown(String)
}

/// Why no record can be checked.
public struct SolverMissing: Error, Sendable, CustomStringConvertible {
  /// In words, with what to do.
  public var description: String
}

/// A solver that is a program of its own, and shares nothing with the one that found the proofs.
public struct ExternalSolver: Sendable {
  /// The solvers that can be asked.
  public enum Name: String, Sendable, CaseIterable { case bitwuzla, cvc5, z3 }

  /// Which one it is.
  public let name: Name
  /// What it says of itself.
  public let version: String
  private let program: String
  /// The program is Python, and has the solver as a module.
  private let isModule: Bool

  /// The name with the version.
  public var words: String { "\(name.rawValue) \(version)" }

  /// Questions that are put to one process.
  var batch: Int { isModule ? 24 : 1 }

  /// Finds a solver: as a program on PATH, else as a module of python3.
  ///
  /// - Parameter name: the solver; nil for the first of all that is there.
  public static func find(_ name: Name?) async throws -> ExternalSolver {
    for name in name.map({ [$0] }) ?? Name.allCases {
      if let path = onPath(name.rawValue),
        let version = try await version(path, ["--version"])
      {
        return ExternalSolver(
          name: name, version: version, program: path, isModule: false)
      }
      if name != .z3, let python = onPath("python3"),
        let version = try await version(python, ["-c", Driver.version(of: name)])
      {
        return ExternalSolver(
          name: name, version: version, program: python, isModule: true)
      }
    }
    let words = name?.rawValue ?? "bitwuzla, cvc5 or z3"
    throw SolverMissing(
      description: "there is no \(words) on PATH, and none as a module of python3: "
        + "`apt-get install z3`, or `pip install bitwuzla` or `cvc5`")
  }

  /// Answers some questions, in their order.
  ///
  /// - Parameter seconds: that one question may take.
  func answers(to scripts: [String], seconds: Int) async throws -> [Answer] {
    if isModule {
      let input = scripts.joined(separator: Driver.separator)
      let lines = try await output(
        ["-c", Driver.program(of: name), "\(seconds * 1000)"], input,
        limit: ExternalSolver.limit(seconds, scripts.count))
      guard case .success(let lines) = lines, lines.count == scripts.count else {
        if scripts.count > 1 {
          // One of them ends the process: which?
          var answers: [Answer] = []
          for script in scripts {
            answers += try await self.answers(to: [script], seconds: seconds)
          }
          return answers
        }
        return [.unknown(lines.failure ?? "it says more than an answer")]
      }
      return lines.map(answer(from:))
    }
    var answers: [Answer] = []
    for script in scripts { answers.append(try await answer(to: script, seconds: seconds)) }
    return answers
  }

  private func answer(to script: String, seconds: Int) async throws -> Answer {
    var last = Answer.unknown("it was not asked")
    for arguments in attempts(milliseconds: seconds * 1000) {
      let lines = try await output(
        arguments, script + "(check-sat)\n", limit: ExternalSolver.limit(seconds, 1))
      guard case .success(let lines) = lines, lines.count == 1 else {
        last = .unknown(lines.failure ?? "it says more than an answer")
        continue
      }
      last = answer(from: lines[0])
      if last == .unsat { break }
    }
    return last
  }

  /// Of the program that reads a question from standard input: what to call it with, until it says
  /// that the facts cannot hold together.
  private func attempts(milliseconds: Int) -> [[String]] {
    switch name {
    case .z3: [["-smt2", "-in", "-t:\(milliseconds)"]]
    case .bitwuzla: [["--time-limit-per", "\(milliseconds)"]]
    // Address arithmetic is easy for the integers, and the rest for the bits.
    case .cvc5:
      [["--solve-bv-as-int=sum", "--force-logic=ALL"], []].map {
        ["--lang=smt2", "--tlimit-per=\(milliseconds / 2)"] + $0
      }
    }
  }

  /// Whatever is no answer is none: an error beside an answer would mean that facts were dropped.
  private func answer(from line: String) -> Answer {
    switch line {
    case "unsat": .unsat
    case "sat": .sat(by: words)
    case "unknown": .unknown("it does not know, or not in time")
    default: .unknown(line)
    }
  }

  // MARK: Running

  private enum Output {
    case success([String])
    case failed(String)

    var failure: String? {
      if case .failed(let reason) = self { reason } else { nil }
    }
  }

  /// What a process may take that is given some questions: a net, as solvers keep the time.
  private static func limit(_ seconds: Int, _ questions: Int) -> Duration {
    .seconds((seconds + 10) * questions)
  }

  private func output(
    _ arguments: [String], _ input: String, limit: Duration
  ) async throws -> Output {
    try await withThrowingTaskGroup(of: Output.self) { group in
      group.addTask { try await run(arguments, input) }
      group.addTask {
        try await Task.sleep(for: limit)
        return .failed("it does not end")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? .failed("it does not end")
    }
  }

  private func run(_ arguments: [String], _ input: String) async throws -> Output {
    do {
      let result = try await Subprocess.run(
        .path(.init(program)), arguments: .init(arguments), input: .string(input),
        output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
      let lines = result.standardOutput.split(separator: "\n").map(String.init)
      guard result.terminationStatus.isSuccess, result.standardError.isEmpty else {
        let said = (lines + [result.standardError]).first { $0 != "unsat" && !$0.isEmpty }
        return .failed("\(result.terminationStatus): \(said ?? "")")
      }
      return .success(lines)
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      return .failed(error.description)
    }
  }

  private static func version(_ program: String, _ arguments: [String]) async throws -> String? {
    let result = try? await Subprocess.run(
      .path(.init(program)), arguments: .init(arguments), output: .string(limit: 1 << 16),
      error: .string(limit: 1 << 16))
    try Task.checkCancellation()
    guard let result, result.terminationStatus.isSuccess else { return nil }
    let text = result.standardOutput
    guard let match = text.firstMatch(of: /\d+\.\d+(\.\d+)*/) else { return nil }
    return String(match.0)
  }

  private static func onPath(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
  }
}

/// The solvers that PyPI has as modules only, made to answer what they read.
private enum Driver {
  static let separator = "; ----\n"

  static func version(of name: ExternalSolver.Name) -> String {
    switch name {
    case .bitwuzla: "import bitwuzla; print(bitwuzla.version())"
    case .cvc5: "import cvc5; print(cvc5.__version__)"
    case .z3: "raise ImportError"
    }
  }

  static func program(of name: ExternalSolver.Name) -> String {
    let body =
      switch name {
      case .bitwuzla:
        """
            options = bitwuzla.Options()
            options.set(bitwuzla.Option.TIME_LIMIT_PER, limit)
            parser = bitwuzla.Parser(bitwuzla.TermManager(), options)
            parser.parse(script, False, False)
            return str(parser.bitwuzla().check_sat()).split('.')[-1].lower()
        """
      // Address arithmetic is easy for the integers, and the rest for the bits.
      case .cvc5:
        """
            try:
                whole = script.replace('(set-logic QF_BV)', '(set-logic ALL)')
                if ask(whole, {'solve-bv-as-int': 'sum'}) == 'unsat':
                    return 'unsat'
            except Exception:
                pass
            return ask(script, {})
        def ask(script, options):
            solver = cvc5.Solver(cvc5.TermManager())
            solver.setOption('tlimit-per', str(limit // 2))
            for name, value in options.items():
                solver.setOption(name, value)
            parser = cvc5.InputParser(solver)
            parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, 'question')
            while True:
                command = parser.nextCommand()
                if command.isNull():
                    break
                said = command.invoke(solver, parser.getSymbolManager())
                if str(said).strip() not in ('', 'b\\'\\''):
                    return 'error: ' + str(said)
            result = solver.checkSat()
            return 'unsat' if result.isUnsat() else 'sat' if result.isSat() else 'unknown'
        """
      case .z3: "    raise ImportError"
      }
    return """
      import sys, \(name.rawValue)
      limit = int(sys.argv[1])
      def answer(script):
      \(body)
      for script in sys.stdin.read().split('\(separator.replacing("\n", with: "\\n"))'):
          try:
              print(answer(script))
          except Exception as error:
              print('error:', ' '.join(str(error).split()))
      """
  }
}
