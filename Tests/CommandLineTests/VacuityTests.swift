// SPDX-License-Identifier: Apache-2.0

import Testing

/// What holds of no run is no success, and it is said which assumptions leave none.
@Suite struct VacuityTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The reason of a property's verdict on a spec with these assumptions, `\n` between them.
  private func verify(
    _ assumptions: String, buffer: String = ".kinds = THP", _ arguments: String...
  ) async throws -> String {
    _ = try scratch.spec(
      "return NULL;",
      before: """
        static void a(const struct folio_range *ranges, unsigned int nr_ranges)
        {
        \(assumptions)
        }
        """, fields: ".map = map, .buffer = { \(buffer) }, .assume = a,")
    let run = try await Vmapcheck.run(
      ["verify", "s.c", "--property", "accepts"] + arguments, in: scratch.url)
    #expect(run.status == 1)
    #expect(run.output.contains("! vacuous        accepts"))
    return run.output
  }

  @Test func onlyAssumptionsThatContradictAreNamed() async throws {
    let output = try await verify(
      "vmap_assume(nr_ranges < 3);\nvmap_assume(nr_ranges > 1);\nvmap_assume(nr_ranges != 2);")
    #expect(
      output.contains("s.c:4: nr_ranges < 3; s.c:5: nr_ranges > 1; s.c:6: nr_ranges != 2 ("))
  }

  @Test func othersAreNot() async throws {
    let output = try await verify(
      "vmap_assume(nr_ranges < 9);\nvmap_assume(nr_ranges > 1);\nvmap_assume(nr_ranges == 1);")
    #expect(!output.contains("nr_ranges < 9"))
    #expect(output.contains("s.c:5: nr_ranges > 1; s.c:6: nr_ranges == 1 ("))
  }

  @Test func fieldsOfTheBufferAreAmongThem() async throws {
    let output = try await verify(
      "vmap_assume(nr_ranges == 1 && ranges[0].nr_pages > 4);",
      buffer: ".kinds = THP, .max_pages = 4")
    #expect(output.contains("s.c:4: nr_ranges == 1 && "))
    #expect(output.contains("s.c:10: the spec's .max_pages"))
  }

  @Test func aBoundThatLeavesNoRunIsNamedAsOne() async throws {
    let output = try await verify("vmap_assume(nr_ranges > 10);")
    #expect(output.contains("no run of up to 4 ranges of any length comes to any property"))
    #expect(output.contains("s.c:4: nr_ranges > 10"))
  }

  /// What is said of a loop in a spec of buffers of two ranges.
  private func loop(_ condition: String) async throws -> String {
    _ = try scratch.spec(
      """
      unsigned int i, sum = 0;

      for (i = 0; \(condition); i++)
        sum ^= i;
      return sum ? NULL : NULL;
      """, fields: refusingFields)
    let run = try await scratch.verify("s.c", "--property", "accepts")
    #expect(run.status == 0, "\(run.output)")
    return run.output
  }

  @Test func aLoopThatNoRunGoesThroughIsNamed() async throws {
    let output = try await loop("i < nr_ranges && nr_ranges > 5000")
    #expect(
      output.contains(
        "note: no run of up to 4 ranges of any length goes through a round of the loop at s.c:7"),
      "\(output)")
  }

  @Test func aLoopThatSomeRunGoesThroughIsNot() async throws {
    #expect(try await !loop("i < nr_ranges && nr_ranges > 1").contains("note: "))
  }

  @Test func anAssumptionBeforeAPropertysPointIsNamed() async throws {
    _ = try scratch.spec(
      """
      struct page *page = folio_page(ranges[0].folio, ranges[0].offset);
      void *p = kmalloc(8, GFP_KERNEL);

      vmap_assume(nr_ranges < 3);
      vmap_assume(!p);
      if (!p)
        return NULL;
      kfree(p);
      return vmap(&page, 1, VM_MAP, PAGE_KERNEL);
      """, fields: ".map = map, .unmap = vunmap,")
    let run = try await scratch.verify("s.c", "--property", "maps-exactly")
    #expect(run.status == 1)
    #expect(run.output.contains("! vacuous        maps-exactly"))
    #expect(run.output.contains("without these assumptions some would: s.c:9: !p ("))
  }
}
