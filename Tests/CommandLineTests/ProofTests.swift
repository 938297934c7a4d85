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

  /// Of a strategy that does not end nothing is violated.
  @Test func thatLoopsEndIsAnAssumption() async throws {
    let scratch = try Scratch()
    let spec = try scratch.spec(
      "unsigned int r = 0;\n\twhile (r < nr_ranges)\n\t\tif (r < 3)\n\t\t\tr++;\n\treturn NULL;",
      fields: refusingFields + " .bound = { .ranges = 3, .pages = 1 },")
    let run = try await scratch.verify(spec)
    #expect(run.output.contains("  proved         no-splat"), "\(run.output)\(run.errors)")
    #expect(
      run.output.replacing(/\n\s+/, with: " ").contains("every loop ends: of a run that does"))
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

  @Test(arguments: ["count", "flags", "mapcount", "index"])
  func whatOthersSetIsNoProof(_ read: String) async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run(
      [
        "verify", "Tests/CommandLineTests/Specs/others_set.c", "--spec", "others_set_\(read)",
        "--output", scratch.path("out"),
      ])
    #expect(!run.output.contains("  proved "))
    #expect(run.output.contains("those of folios"))
    #expect(run.lastLine(of: "others_set_\(read)").contains("as-expected"))
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
