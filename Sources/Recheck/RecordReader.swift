// SPDX-License-Identifier: Apache-2.0

import Frontend
import Verifier

/// A proof record, read for checking it.
public struct ReadRecord: Sendable {
  /// The spec's name and the property's, with a dot between them.
  public var name: String
  /// In the order of the record.
  public var questions: [Question]

  /// Facts that cannot hold together, if the record is right.
  public struct Question: Sendable {
    /// What it is for, and where.
    public var words: String
    /// The question alone in SMT-LIB 2, without the command that asks it.
    public var script: String
  }
}

/// What is wrong with a record's file.
public struct DamagedRecord: Error, Sendable, CustomStringConvertible {
  /// In words, with what to do.
  public var description: String

  /// Makes one.
  public init(_ description: String) { self.description = description }
}

/// Reads a proof record: line by line, as each command of it is one.
struct RecordReader {
  private var name = ""
  private var count = -1
  private var definitions = Definitions()
  private var questions: [ReadRecord.Question] = []
  private var words = ""
  private var facts: [Command]?
  private var isAsked = false
  private var hasEnded = false

  /// Reads a record's text.
  static func read(_ text: String) throws(DamagedRecord) -> ReadRecord {
    let body = try RecordReader.body(of: text)
    var reader = RecordReader()
    var number = 2
    for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      guard reader.take(line) else {
        throw DamagedRecord("line \(number) is none of a record: prove it anew")
      }
    }
    guard reader.hasEnded, !reader.name.isEmpty, reader.questions.count == reader.count else {
      throw DamagedRecord(
        "has \(reader.questions.count) of \(max(0, reader.count)) questions: prove it "
          + "anew")
    }
    return ReadRecord(name: reader.name, questions: reader.questions)
  }

  /// What the digest is of, if it is right.
  private static func body(of text: String) throws(DamagedRecord) -> Substring {
    let parts = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
    guard let first = parts.first, first.hasPrefix(ProofRecord.mark) else {
      throw DamagedRecord("is no proof record: `vmapcheck verify --proofs` writes them")
    }
    guard first == "\(ProofRecord.mark)\(ProofRecord.currentSchema)" else {
      throw DamagedRecord(
        "is of another version of vmapcheck (\(first.dropFirst(2))): prove it anew")
    }
    guard parts.count == 3, parts[1].hasPrefix(ProofRecord.digestMark),
      parts[1].dropFirst(ProofRecord.digestMark.count) == SHA256.hexDigest(of: String(parts[2]))
    else {
      throw DamagedRecord("is damaged: it is not what was written; prove it anew")
    }
    return parts[2]
  }

  /// Takes a line; false if no record has it there.
  private mutating func take(_ line: Substring) -> Bool {
    if line.isEmpty { return hasEnded }
    guard RecordReader.isPlain(line) else { return false }
    if line.hasPrefix(";") { return takeComment(line) }
    if hasEnded { return false }
    switch line {
    case "(set-info :smt-lib-version 2.6)", "(set-logic QF_BV)": return facts == nil
    case "(push 1)":
      guard facts == nil else { return false }
      facts = []
      isAsked = false
      return true
    case "(check-sat) ; unsat":
      guard facts != nil, !isAsked else { return false }
      isAsked = true
      return true
    case "(pop 1)": return endQuestion()
    case "(exit)":
      hasEnded = true
      return facts == nil
    default: return takeCommand(line)
    }
  }

  private mutating func takeComment(_ line: Substring) -> Bool {
    if line.hasPrefix(";; ") {
      words = String(line.dropFirst(3))
    } else if line.hasPrefix(ProofRecord.nameMark) {
      name = String(line.dropFirst(ProofRecord.nameMark.count))
    } else if line.hasPrefix(ProofRecord.countMark) {
      count = Int(line.dropFirst(ProofRecord.countMark.count).prefix { $0.isNumber }) ?? -1
    }
    return true
  }

  private mutating func takeCommand(_ line: Substring) -> Bool {
    guard RecordReader.isOneCommand(line) else { return false }
    let command = Command(line)
    let isAssertion = line.hasPrefix("(assert ")
    if facts != nil {
      facts?.append(command)
      return isAssertion && !isAsked
    }
    if isAssertion { return RecordReader.isRange(line) && definitions.add(range: command) }
    guard line.hasPrefix("(declare-const ") || line.hasPrefix("(define-fun ") else { return false }
    return definitions.add(command)
  }

  /// Whether a line has no control characters, and but for comments no others than ASCII's: two
  /// names of different bytes may be one to Swift, and a carriage return ends a line to solvers.
  private static func isPlain(_ line: Substring) -> Bool {
    let isComment = line.utf8.first == UInt8(ascii: ";")
    return line.utf8.allSatisfy { (0x20...0x7e).contains($0) || isComment && $0 >= 0x80 }
  }

  /// Whether a line has one command from its first byte to its last, and no comment.
  private static func isOneCommand(_ line: Substring) -> Bool {
    var depth = 0
    var isQuoted = false
    for (place, byte) in line.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "|"): isQuoted.toggle()
      case _ where isQuoted: continue
      case UInt8(ascii: ";"), UInt8(ascii: "\""): return false
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return place == line.utf8.count - 1 }
      default: if depth == 0 { return false }
      }
    }
    return false
  }

  /// Whether an assertion says no more than what range a symbol has.
  private static func isRange(_ line: Substring) -> Bool {
    let ends = [
      /\(assert \(bvule #[xb][0-9a-f]+ \|[^|]*\|\)\)/,
      /\(assert \(bvule \|[^|]*\| #[xb][0-9a-f]+\)\)/,
    ]
    return ends.contains { line.wholeMatch(of: $0) != nil }
  }

  private mutating func endQuestion() -> Bool {
    guard let facts, isAsked, let script = definitions.script(of: facts) else { return false }
    self.facts = nil
    questions.append(ReadRecord.Question(words: words, script: script))
    words = ""
    return true
  }
}
