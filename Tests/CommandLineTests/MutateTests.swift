// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Faults that are made in strategies, and the specs that notice them.
@Suite(.serialized) struct MutateTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Maps a buffer of one page.
  private func spec(_ fields: String) throws {
    _ = try scratch.spec(
      """
      struct page **pages = kmalloc_array(1, sizeof(*pages), GFP_KERNEL);
      void *addr;

      if (!pages)
        return NULL;
      pages[0] = folio_page(ranges[0].folio, ranges[0].offset);
      addr = vmap(pages, 1, VM_MAP, PAGE_KERNEL);
      kfree(pages);
      return addr;
      """,
      fields: ".map = map, .unmap = vunmap, .buffer = { .order = 0, .max_pages = 1 }, "
        + "\(fields)")
  }

  private func mutate(_ arguments: String...) async throws -> Vmapcheck.Run {
    try await Vmapcheck.run(["mutate", "s.c"] + arguments, in: scratch.url)
  }

  @Test func aFaultThatNoPropertyIsAskedForSurvives() async throws {
    try spec("")
    let run = try await mutate()
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(run.output.contains("killed       s.c:12: dropped statement in map(); s: api-class"))
    #expect(
      run.output.contains(
        "+ struct page **pages = kmalloc_array(2, sizeof(*pages), GFP_KERNEL);"))
    #expect(run.output.contains("2 survived"))
  }

  @Test func aBetterContractKillsIt() async throws {
    try spec(".cost = { .fixed = sizeof(struct page *) },")
    let run = try await mutate()
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("killed       s.c:5: off by one in map(); s: cost: "))
    #expect(!run.output.contains("survived"))
  }

  @Test func aFaultWhereNoRunComesByIsToldApart() async throws {
    _ = try scratch.spec(
      "if (!nr_ranges)\n\tmight_sleep();\nreturn NULL;", fields: refusingFields)
    let run = try await mutate()
    #expect(
      run.output.contains(
        "unreached    s.c:6: dropped statement in map(); no run of the spec comes by this line"))
  }

  /// The bounded search has no such buffer.
  @Test func aFaultWhereOnlyLargeBuffersComeBySurvives() async throws {
    _ = try scratch.spec(
      "if (nr_ranges > 100)\n\tmight_sleep();\nreturn NULL;", fields: refusingFields)
    let run = try await mutate()
    #expect(run.output.contains("survived     s.c:6: dropped statement in map()"))
    #expect(!run.output.contains("unreached"))
  }

  @Test func whatASpecExpectsToBeBrokenNoFaultBreaks() async throws {
    // Every buffer is refused: of what is expected then, nothing is left for the check to break.
    _ = try scratch.spec(
      "if (nr_ranges > 1)\n\treturn NULL;\nreturn NULL;", fields: refusingFields)
    let run = try await mutate()
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("equivalent   s.c:5: off by one in map()"))
    #expect(!run.output.contains("survived"))
  }

  @Test func aSurvivorIsShownAsALineOfC() async throws {
    // `accepts` is not asked for: to refuse a buffer is as good as not to.
    _ = try scratch.spec(
      "if (nr_ranges != 1)\n\treturn NULL;\nmight_sleep();\nreturn NULL;", fields: refusingFields)
    let run = try await mutate()
    #expect(run.status == 1, "\(run.output)")
    #expect(
      run.output.contains(
        "survived     s.c:7: dropped statement in map()\n    - might_sleep();\n    + ;"))
    #expect(run.output.contains("vmapcheck: mutate: survivors: 1 file, "))
  }

  @Test func aSpecThatIsNotAsExpectedHasNoMutants() async throws {
    _ = try scratch.spec(refusing)
    let run = try await mutate()
    #expect(run.status == 1)
    #expect(run.output.contains("s is not as expected without a fault; see `vmapcheck verify`"))
  }

  @Test func aFunctionThatIsNotThereIsWrongUsage() async throws {
    _ = try scratch.spec(refusing, fields: refusingFields)
    let run = try await mutate("--function", "nobody")
    #expect(run.status == 2)
    #expect(run.output.contains("the strategy has map"))
  }

  @Test func jsonHasEachMutant() async throws {
    _ = try scratch.spec("might_sleep();\n\(refusing)", fields: refusingFields)
    let run = try await mutate("--format", "json")
    #expect(run.status == 1)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let files = try #require(document["files"] as? [[String: Any]])
    let mutants = try #require(files.first?["mutants"] as? [[String: Any]])
    #expect(mutants.map { $0["outcome"] as? String } == ["survived"])
    #expect(mutants.first?["before"] as? String == "might_sleep();")
  }
}
