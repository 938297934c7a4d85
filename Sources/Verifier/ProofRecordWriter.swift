// SPDX-License-Identifier: Apache-2.0

import Frontend
import SMT

/// Writes down what proofs rest on.
struct ProofRecordWriter {
  let provenance: Provenance
  let settings: VerifierSettings
  let result: SpecResult

  init(_ provenance: Provenance, _ settings: VerifierSettings, _ result: SpecResult) {
    self.provenance = provenance
    self.settings = settings
    self.result = result
  }

  /// A record of each property that is proved; none where no log was kept.
  func records(of proof: Proof) throws -> [ProofRecord] {
    guard let log = proof.log else { return [] }
    let proved = result.properties.filter { result in
      if case .proved = result.verdict { true } else { false }
    }.map(\.property)
    if proved.isEmpty { return [] }
    let questions = try reduced(log.questions, proof.pool)
    return proved.map { property in
      let asked = questions.filter { $0.purpose.concerns(property) }
      let body = self.body(asked, proof.pool)
      let header = header(property, proof, asked)
      let text = (header + body).joined(separator: "\n") + "\n"
      let digest = SHA256.hexDigest(of: text)
      return ProofRecord(
        spec: result.name, property: property,
        text: "\(ProofRecord.mark)\(ProofRecord.currentSchema)\n"
          + "\(ProofRecord.digestMark)\(digest)\n\(text)")
    }
  }

  /// Of each question only the facts that settle it; of several that come to the same, the first.
  private func reduced(
    _ questions: [ProofLog.Question], _ pool: TermPool
  ) throws -> [ProofLog.Question] {
    let finder = try CoreFinder(pool: pool, budget: settings.budget)
    var known: [[Term]: [Term]] = [:]
    var asked: Set<ProofLog.Question> = []
    var onTheWay: Set<[Term]> = []
    var result: [ProofLog.Question] = []
    for var question in questions {
      try Task.checkCancellation()
      let core = try known[question.facts] ?? finder.core(of: question.facts)
      known[question.facts] = core
      question.facts = core
      if case .expect = question.purpose {
        if asked.insert(question).inserted { result.append(question) }
      } else if onTheWay.insert(core).inserted {
        result.append(question)
      }
    }
    return result
  }

  // MARK: Text

  private func body(_ questions: [ProofLog.Question], _ pool: TermPool) -> [String] {
    var printer = SMTLIBPrinter(pool: pool)
    var lines = ["(set-info :smt-lib-version 2.6)", "(set-logic QF_BV)"]
    for (index, question) in questions.enumerated() {
      lines += printer.preparation(for: question.facts)
      lines.append(";; \(index + 1): \(question.words)")
      lines.append("(push 1)")
      lines += question.facts.map(printer.assertion)
      lines.append("(check-sat) ; unsat")
      lines.append("(pop 1)")
    }
    return lines + ["(exit)"]
  }

  private func header(
    _ property: Property, _ proof: Proof, _ questions: [ProofLog.Question]
  ) -> [String] {
    let budget = settings.budget
    var lines = [
      "\(ProofRecord.nameMark)\(result.name).\(property.name)",
      "\(ProofRecord.countMark)\(questions.count), each to be answered unsat",
      ";",
      "; \(property.claim)",
      "; of \(provenance.file):\(result.line), for every buffer",
      "; SHA-256 of all that was compiled: \(provenance.hash)",
    ]
    if let kernel = provenance.kernel { lines.append("; functions taken from linux \(kernel)") }
    lines += [
      "; found by vmapcheck \(Version.current), \(provenance.clang)",
      "; Z3 \(Solver.version), seed \(budget.seed), at most \(budget.resources) units of work for "
        + "a check, \(proof.effort.resources) for the search",
      ";",
      "; assumes:",
    ]
    lines += result.assumptions.map { ";   \($0)" }
    for invariant in proof.exploration.invariants {
      lines.append("; whenever the loop at \(invariant.place) begins a round:")
      lines += invariant.claims.map { ";   \($0)" }
    }
    lines += [
      ";",
      "; What these questions are is vmapcheck's word: that no run of the spec is left out, and "
        + "what was",
      "; settled by rewriting terms, is not to be seen here.",
      ";",
    ]
    return lines.map(\.onOneLine)
  }
}

extension ProofLog.Purpose {
  /// Whether a property's proof needs the question.
  fileprivate func concerns(_ property: Property) -> Bool {
    if case .expect(let expected, _) = self { return expected == property }
    return true
  }

  fileprivate var words: String {
    switch self {
    case .path: "no other way"
    case .begin(let loop): "the invariant of the loop at \(loop) holds at first"
    case .keep(let loop): "a round of the loop at \(loop) keeps its invariant"
    case .require(let property, let message), .expect(let property, let message):
      "\(property.name): not: \(message)"
    }
  }
}

extension ProofLog.Question {
  /// What it was for, and where.
  fileprivate var words: String {
    (place.isEmpty ? purpose.words : "\(place): \(purpose.words)").onOneLine
  }
}

extension String {
  /// Without what could end a comment, or what a record's reader takes for it.
  fileprivate var onOneLine: String {
    let scalars = unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }
    return String(String.UnicodeScalarView(scalars))
  }
}
