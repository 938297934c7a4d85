// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `vmap_invariant()`. That nothing rests on one that is wrong is what its specs are for, which
/// expect what is refuted under such ones.
@Suite(.serialized) struct StatedInvariantTests {
  private static let specs = "Tests/CommandLineTests/Specs/stated_invariants.c"
  private static let claim = "addr + (left << PAGE_SHIFT) == end"

  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func verify(_ options: String...) async throws -> Vmapcheck.Run {
    try await Vmapcheck.run(
      ["verify", StatedInvariantTests.specs, "--output", scratch.path("out")] + options)
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

  @Test(arguments: [
    "vmap_invariant(r > 2) at \(specs):154 does not hold on entry of the loop",
    "vmap_invariant(r < 2) at \(specs):155 is not kept: it does not hold after a round",
    "vmap_invariant(r < nr_ranges && r != 2) at \(specs):156 is not kept",
    "vmap_invariant(0) at \(specs):157 does not hold on entry",
    "vmap_invariant(r != 2) at \(specs):159 cannot be evaluated where a round begins "
      + "(not every round comes by it)",
  ])
  func oneThatDoesNotHoldIsTold(_ note: String) async throws {
    let run = try await verify("--format", "json")
    #expect(run.output.contains(note))
  }

  @Test func oneInNoLoopIsAnError() async throws {
    try scratch.spec("vmap_invariant(nr_ranges > 0);\n\treturn NULL;")
    let run = try await scratch.verify("s.c")
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:5: error: vmap_invariant() is in no loop"))
  }

  @Test(.enabled(if: RecheckTests.hasZ3))
  func proofRecordHasIt() async throws {
    _ = try await verify("-q", "--proofs", scratch.path("proofs"))
    let record = scratch.path("proofs/stated.in-bounds.smt2")
    let text = try String(contentsOfFile: record, encoding: .utf8)
    #expect(text.contains(";   \(StatedInvariantTests.claim) (vmap_invariant at "))
    let run = try await Vmapcheck.run(["recheck", "--solver", "z3", record])
    #expect(run.status == 0)
  }

  @Test func noRunEvaluatesIt() async throws {
    _ = try await verify("-q")
    let run = try await Vmapcheck.run(
      ["replay", scratch.path("out/changing.no-splat.json")])
    #expect(run.status == 0)
    #expect(run.output.contains("mmu says confirmed"))
  }
}
