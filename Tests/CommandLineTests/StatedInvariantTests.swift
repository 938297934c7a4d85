// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `vmap_invariant()`. That nothing rests on one that is wrong is what its specs are for, which
/// expect what is refuted under such ones.
@Suite(.serialized) struct StatedInvariantTests {
  private static let specs = "Tests/CommandLineTests/Specs/stated_invariants.c"
  private static let wrong = "Tests/CommandLineTests/Specs/wrong_invariants.c"
  private static let claim = "addr + (left << PAGE_SHIFT) == end"

  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func verify(_ options: String...) async throws -> Vmapcheck.Run {
    try await Vmapcheck.run(
      ["verify", StatedInvariantTests.specs, "--output", scratch.path("out")] + options)
  }

  private func verifyWrong() async throws -> Vmapcheck.Run {
    try await Vmapcheck.run([
      "verify", StatedInvariantTests.wrong, "--format", "json", "--output", scratch.path("out"),
    ])
  }

  @Test func oneThatHoldsProvesWhatIsElseBounded() async throws {
    let run = try await verify("-q")
    #expect(run.lastLine(of: "stated").contains(" 10 proved,"))
    #expect(run.lastLine(of: "unstated").contains(" 3 bounded,"))
  }

  @Test func verboseGivesItInTheAuthorsWords() async throws {
    let run = try await verify("-v")
    #expect(
      run.output.contains(
        "    \(StatedInvariantTests.claim) (vmap_invariant at \(StatedInvariantTests.specs):44)\n"))
  }

  @Test func documentHasIt() async throws {
    let run = try await verify("--format", "json")
    #expect(run.output.contains("\"\(StatedInvariantTests.claim) (vmap_invariant at "))
  }

  @Test func oneThatDoesNotHoldIsTold() async throws {
    let run = try await verifyWrong()
    let specs = StatedInvariantTests.wrong
    for note in [
      "vmap_invariant(r > 2) at \(specs):44 does not hold on entry of the loop",
      "vmap_invariant(r < 2) at \(specs):45 is not kept: it does not hold after a round",
      "vmap_invariant(r < nr_ranges && r != 2) at \(specs):46 is not kept",
      "vmap_invariant(0) at \(specs):47 does not hold on entry",
      "vmap_invariant(r != 2) at \(specs):49 cannot be evaluated where a round begins "
        + "(not every round comes by it)",
    ] {
      #expect(run.output.contains(note))
    }
  }

  @Test func oneInNoLoopIsAnError() async throws {
    _ = try scratch.spec("vmap_invariant(nr_ranges > 0);\n\treturn NULL;")
    let run = try await scratch.verify("s.c")
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:5: error: vmap_invariant() is in no loop"))
  }

  @Test(.enabled(if: RecheckTests.hasZ3))
  func proofRecordHasIt() async throws {
    _ = try scratch.spec(
      """
      unsigned int r;
      _Bool odd = 0;
      for (r = 0; r < nr_ranges; r++) {
        vmap_invariant(odd == (r & 1));
        odd = !odd;
      }
      WARN_ON(odd != (nr_ranges & 1));
      return NULL;
      """)
    _ = try await scratch.verify("s.c", "--proofs", "proofs")
    let record = scratch.path("proofs/s.no-splat.smt2")
    let text = try String(contentsOfFile: record, encoding: .utf8)
    #expect(text.contains(";   odd == (r & 1) (vmap_invariant at s.c:8)"))
    let run = try await Vmapcheck.run(["recheck", "--solver", "z3", record])
    #expect(run.status == 0)
  }

  @Test func noRunEvaluatesIt() async throws {
    _ = try await verifyWrong()
    let run = try await Vmapcheck.run(
      ["replay", scratch.path("out/changing.no-splat.json")])
    #expect(run.status == 0)
    #expect(run.output.contains("mmu says confirmed"))
  }
}
