// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// Proof records, and their check by a solver of its own.
@Suite(.serialized) struct RecheckTests {
  /// Proved in every property.
  private static let spec = "Specs/rfc/vmap_folio_ranges.c"
  private static let record = "proofs/vmap_folio_ranges.maps-exactly.smt2"

  static var hasZ3: Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/z3")
    }
  }

  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func prove() async throws -> Vmapcheck.Run {
    try await Vmapcheck.run([
      "verify", RecheckTests.spec, "--output", scratch.path("out"), "--proofs",
      scratch.path("proofs"),
    ])
  }

  private func recheck(_ arguments: String..., environment: [String: String] = [:]) async throws
    -> Vmapcheck.Run
  {
    try await Vmapcheck.run(
      ["recheck", "--solver", "z3", "--timeout", "300"] + arguments, in: scratch.url,
      environment: environment)
  }

  /// The text of the record, its digest made anew after a change.
  private func change(_ change: (inout [String]) -> Void) async throws {
    let url = URL(fileURLWithPath: scratch.path(RecheckTests.record))
    var lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
    change(&lines)
    let body = lines.dropFirst(2).joined(separator: "\n")
    let sum = try await Subprocess.run(
      .name("sha256sum"), input: .string(body), output: .string(limit: 1 << 10))
    lines[1] = "; SHA-256 of all below: \(sum.standardOutput.prefix(64))"
    try (lines.prefix(2) + [body]).joined(separator: "\n")
      .write(to: url, atomically: true, encoding: .utf8)
  }

  @Test func recordsAreWrittenWhereAskedFor() async throws {
    let run = try await prove()
    #expect(run.status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path("proofs"))
    #expect(files.count == 11)
    let text = try String(contentsOfFile: scratch.path(RecheckTests.record), encoding: .utf8)
    #expect(
      text.contains("; whenever the loop at Specs/rfc/vmap_folio_ranges.c:38 begins a round:"))
    #expect(text.contains("a round of the loop at Specs/rfc/vmap_folio_ranges.c:38 keeps its"))
    #expect(text.contains("a page of the mapping is not that of the buffer"))
    #expect(!text.contains(Vmapcheck.package.path))
  }

  @Test func anothersFileIsLeftAlone() async throws {
    let file = try scratch.write("mine\n", to: RecheckTests.record)
    let run = try await prove()
    #expect(run.status == 2)
    #expect(run.errors.contains("left alone"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine\n")
  }

  @Test(.enabled(if: hasZ3)) func rightRecordsAreRechecked() async throws {
    _ = try await prove()
    let run = try await recheck(RecheckTests.record, "proofs/vmap_folio_ranges.tail-write.smt2")
    #expect(run.status == 0)
    #expect(run.output.contains("rechecked  vmap_folio_ranges.maps-exactly"))
    #expect(run.output.contains("ok: 2 records, 2 rechecked"))
  }

  /// A question without one of its facts is no longer answered the same.
  @Test(.enabled(if: hasZ3)) func whatDoesNotFollowIsRefuted() async throws {
    _ = try await prove()
    try await change { lines in
      let last = lines.lastIndex { $0.hasPrefix("(assert ") }
      lines.remove(at: last ?? 0)
    }
    let run = try await recheck(RecheckTests.record)
    #expect(run.status == 1)
    #expect(run.output.contains("refuted    vmap_folio_ranges.maps-exactly"))
  }

  /// Each changes a record; the digest is right in all but the first.
  @Test(.enabled(if: hasZ3), arguments: ["a byte", "no question", "other commands", "no record"])
  func damagedRecordsAreNoticed(_ damage: String) async throws {
    _ = try await prove()
    let path = scratch.path(RecheckTests.record)
    switch damage {
    case "a byte":
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacing("(pop 1)", with: "(pop 2)", maxReplacements: 1)
        .write(toFile: path, atomically: true, encoding: .utf8)
    case "no question":
      try await change { lines in
        let first = lines.firstIndex(of: "(push 1)") ?? 0
        lines = Array(lines.prefix(first)) + ["(exit)", ""]
      }
    case "other commands":
      try await change { $0.insert("(set-option :produce-models true)", at: $0.count - 3) }
    default: try "(check-sat)\n".write(toFile: path, atomically: true, encoding: .utf8)
    }
    let run = try await recheck(RecheckTests.record)
    #expect(run.status == 2)
    #expect(run.errors.contains(RecheckTests.record))
  }

  /// A program that fails, or says more than an answer, has given none.
  @Test(arguments: ["echo unsat; exit 1", "echo '(error x)'; echo unsat", "echo unknown", ":"])
  func whatIsNoAnswerIsNone(_ program: String) async throws {
    _ = try await prove()
    try install("z3", program)
    let run = try await recheck(
      RecheckTests.record, environment: ["PATH": "\(scratch.path("bin")):/usr/bin:/bin"])
    #expect(run.status == 3)
    #expect(run.output.contains("unknown    vmap_folio_ranges.maps-exactly"))
  }

  private func install(_ solver: String, _ program: String) throws {
    let text = """
      #!/bin/sh
      if [ "$1" = --version ]; then echo version 1.0; exit; fi
      cat > /dev/null
      \(program)

      """
    let file = try scratch.write(text, to: "bin/\(solver)")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
  }

  @Test(arguments: [
    ("unsat", 0, "rechecked  "), ("sat", 1, "refuted    "), ("unknown", 3, "unknown    "),
  ])
  func whatTheFirstDoesNotAnswerTheNextDoes(_ second: String, _ status: Int32, _ word: String)
    async throws
  {
    _ = try await prove()
    try install("bitwuzla", "echo unknown")
    try install("cvc5", "echo \(second)")
    let run = try await Vmapcheck.run(
      ["recheck", RecheckTests.record, "--solver", "bitwuzla", "--solver", "cvc5"],
      in: scratch.url, environment: ["PATH": "\(scratch.path("bin")):/usr/bin:/bin"])
    #expect(run.status == status)
    #expect(run.output.contains("\(word)vmap_folio_ranges.maps-exactly"))
    #expect(run.output.contains("recheck by bitwuzla 1.0, then cvc5 1.0: "))
  }

  @Test func aSolverIsNamedOnce() async throws {
    let run = try await recheck("--solver", "z3", "a.smt2")
    #expect(run.status == 2)
    #expect(run.errors.contains("names one twice"))
  }

  /// What is in a line behind a command would be answered for it.
  @Test(arguments: [
    "(echo \"unsat\")(exit)", "(push 1)(assert false)", " (assert false)", " ; (assert false)",
  ])
  func aLineHasOneCommand(_ more: String) async throws {
    _ = try await prove()
    try await change { lines in
      let last = lines.lastIndex { $0.hasPrefix("(assert ") } ?? 0
      lines[last] += more
    }
    let run = try await recheck(RecheckTests.record)
    #expect(run.status == 2)
    #expect(run.errors.contains("is none of a record"))
  }

  /// To a solver a comment ends there; and of two names that look alike Swift makes one.
  @Test(arguments: [";; x\r(assert false)", "(declare-const |e\u{301}| Bool)"])
  func aRecordIsOfPlainCharacters(_ line: String) async throws {
    _ = try await prove()
    try await change { lines in
      lines.insert(line, at: lines.firstIndex(of: "(push 1)") ?? 0)
    }
    let run = try await recheck(RecheckTests.record)
    #expect(run.status == 2)
    #expect(run.errors.contains("is none of a record"))
  }

  /// What a comment says is the spec's own.
  @Test func aSpecsWordsDoNotEndAComment() async throws {
    _ = try scratch.spec(
      "vmap_assert(NO_SPLAT, nr_ranges > 0 /* \u{e9} */ && \"\\t\"[0] == 9);\n"
        + "\treturn nr_ranges ? NULL : ERR_PTR(-EINVAL);", fields: refusingFields)
    _ = try await scratch.verify("s.c", "--proofs", "proofs", "--property", "no-splat")
    let run = try await recheck("proofs/s.no-splat.smt2")
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }

  @Test func aFactOfAllQuestionsIsARange() async throws {
    _ = try await prove()
    try await change { lines in
      lines.insert("(assert false)", at: lines.firstIndex(of: "(push 1)") ?? 0)
    }
    let run = try await recheck(RecheckTests.record)
    #expect(run.status == 2)
    #expect(run.errors.contains("is none of a record"))
  }

  @Test func theRecordOfWhatIsProvedNoMoreIsRemoved() async throws {
    let right = "return nr_ranges ? NULL : ERR_PTR(-EINVAL);"
    _ = try scratch.spec(right, fields: refusingFields)
    _ = try await scratch.verify("s.c", "--proofs", "proofs", "--property", "no-splat")
    let record = scratch.path("proofs/s.no-splat.smt2")
    #expect(FileManager.default.fileExists(atPath: record))
    _ = try scratch.spec("WARN_ON(nr_ranges > 1);\n\t\(right)", fields: refusingFields)
    _ = try await scratch.verify("s.c", "--proofs", "proofs", "--property", "no-splat")
    #expect(!FileManager.default.fileExists(atPath: record))
  }

  @Test func withoutASolverItIsSaidWhatToDo() async throws {
    _ = try scratch.write("", to: "a.smt2")
    let run = try await recheck("a.smt2", environment: ["PATH": scratch.path("nowhere")])
    #expect(run.status == 2)
    #expect(run.errors.contains("there is no z3 on PATH"))
  }

  @Test func aFolderWithoutRecordsIsAnError() async throws {
    let run = try await recheck(".")
    #expect(run.status == 2)
    #expect(run.errors.contains("no *.smt2 in this folder"))
  }
}
