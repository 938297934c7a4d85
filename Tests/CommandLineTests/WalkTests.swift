// SPDX-License-Identifier: Apache-2.0

import Testing

/// Faults of walks through page tables that take more pages than a bounded search has, or another
/// way for tables to lie than one behind the other: not proved, if not refuted.
@Suite(.serialized) struct WalkTests {
  private static let specs = "Tests/CommandLineTests/Specs/walks_never_proved.c"

  @Test(arguments: [
    ("walk_run_on", "in-bounds"), ("walk_go_on_below", "in-bounds"),
    ("walk_any_cpu", "maps-exactly"), ("walk_past_int", "in-bounds"),
    ("walk_too_large", "maps-exactly"),
  ])
  func aWalkThatIsWrongFarOffIsNotProved(_ spec: String, _ property: String) async throws {
    let run = try await Self.verify(spec, property)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.lastLine(of: spec).contains("1 bounded"))
  }

  @Test(arguments: [
    ("walk_use_freed", "in-bounds"), ("walk_free_first", "maps-exactly"),
    ("walk_mind_tables", "maps-exactly"),
  ])
  func aWalkThatMistakesTablesIsRefuted(_ spec: String, _ property: String) async throws {
    let run = try await Self.verify(spec, property)
    #expect(run.lastLine(of: spec).contains("as-expected: 1 property, 1 refuted"))
  }

  @Test func aWalkThatIsRightIsProved() async throws {
    let run = try await Self.verify("walk_right", "in-bounds")
    #expect(run.lastLine(of: "walk_right").contains("1 proved"))
  }

  /// The contract of `vmap_range_noflush()` is proved of so many pages as a range has.
  @Test func aContractIsNotStretched() async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run([
      "verify", "Tests/CommandLineTests/Specs/abutting_never_proved.c", "--output",
      scratch.path("out"),
    ])
    #expect(!run.output.contains("  proved "))
    #expect(run.lastLine(of: "abutting").contains("as-expected"))
  }

  /// What a contract leaves of the page tables, and that it is of whole pages.
  @Test(arguments: [
    ("tables", "no-splat"), ("huge_leaves", "in-bounds"), ("part_of_page", "in-bounds"),
    ("null_page", "clean-failure"),
  ])
  func aContractSaysNoMoreThanIsProvedOfIt(_ spec: String, _ property: String) async throws {
    let run = try await Self.verify(
      "contract_\(spec)", property, in: "Tests/CommandLineTests/Specs/contracts_never_proved.c")
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(!run.output.contains("  proved "))
  }

  private static func verify(
    _ spec: String, _ property: String, in specs: String = WalkTests.specs
  ) async throws -> Vmapcheck.Run {
    let scratch = try Scratch()
    return try await Vmapcheck.run([
      "verify", specs, "--spec", spec, "--property", property, "--output", scratch.path("out"),
    ])
  }

  @Test func whatIsProvedEndsWhereAnAccessMayBeOutOfBounds() async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run([
      "verify", Self.specs, "--spec", "walk_run_on", "--output", scratch.path("out"),
    ])
    let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("every access is in bounds, which is not proved"))
  }
}
