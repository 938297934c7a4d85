// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said of proofs. That they are right is what `Specs/proofs.c` is for, with its twins.
@Suite(.serialized) struct ProofTests {
  @Test func verboseSaysWhatHoldsInEveryRound() async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run(
      ["verify", "Specs/rfc/vmap_folio_ranges.c", "-v", "--output", scratch.path("out")])
    #expect(
      run.output.contains("whenever the loop at Specs/rfc/vmap_folio_ranges.c:38 begins a round:"))
    #expect(run.output.contains("addr - its first value == start(r) << 12"))
  }

  @Test func verboseSaysWhyThereIsNoProof() async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run(
      [
        "verify", "Specs/rfc/rfc_vmap_range_folios.c", "-v", "--output", scratch.path("out"),
      ])
    #expect(run.output.contains("is not proved: "))
  }

  @Test func aBoundThatIsAskedForIsNoProof() async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run(
      [
        "verify", "Specs/rfc/vmap_folio_ranges.c", "--ranges", "1", "--pages", "1",
        "--output", scratch.path("out"),
      ])
    #expect(!run.output.contains("  proved "))
    #expect(run.status == 1)
  }

  @Test(arguments: ["widths_far_off", "widths_in_turns"])
  func aFieldOfTwoWidthsIsNoProof(_ spec: String) async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run(
      [
        "verify", "Tests/CommandLineTests/Specs/arrays_of_structs.c", "--spec", spec, "--output",
        scratch.path("out"),
      ])
    #expect(!run.output.contains("  proved "))
    #expect(run.lastLine(of: spec).contains("as-expected"))
  }
}
