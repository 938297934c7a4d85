// SPDX-License-Identifier: Apache-2.0

import Testing

/// What a strategy may get from the kernel's helpers, and from the addresses of its objects, and
/// the model has only one value of unless it minds: the fault that goes by it is not proved away.
@Suite struct KernelHelperTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Each leaves no page to map for some kernel, or some buffer.
  private static let faults = [
    "int x, y; if (&x < &y) pages[0] = NULL;",
    "int x, y; if (&x > &y) pages[0] = NULL;",
    "if ((unsigned long)pages & 64) pages[0] = NULL;",
    "if (!((unsigned long)pages & 64)) pages[0] = NULL;",
    "void *a = kmalloc(8, GFP_KERNEL), *b; kfree(a); b = kmalloc(8, GFP_KERNEL); "
      + "if (b && b == a) pages[0] = NULL; kfree(b);",
    "if (is_vmalloc_addr(pages)) pages[0] = NULL;",
    "if (ilog2(ranges[0].offset) < 0) pages[0] = NULL;",
    "if (get_order(ranges[0].offset) == 52) pages[0] = NULL;",
    "if (get_count_order_long(ranges[0].offset) < 0) pages[0] = NULL;",
    "pr_info(\"%d\", (pages[0] = NULL) == NULL);",
    "pr_debug(\"%d\", (pages[0] = NULL) == NULL);",
  ]

  @Test(arguments: faults)
  func noSplatIsNotProvedWith(_ fault: String) async throws {
    let run = try await verify(fault, "no-splat")
    #expect(!run.lastLine(of: "s").contains("1 proved"), "\(run.output)\(run.errors)")
  }

  @Test func noSplatIsProvedWithout() async throws {
    #expect(try await verify("", "no-splat").lastLine(of: "s").contains("1 proved"))
  }

  @Test func whatDumpPageReadsOfATailIsRead() async throws {
    let run = try await verify("dump_page(pages[total - 1], \"\");", "tail-read")
    #expect(!run.lastLine(of: "s").contains("1 proved"))
  }

  @Test func aPinIsNoReference() async throws {
    let run = try await verify(
      "folio_get(ranges[0].folio); unpin_folio(ranges[0].folio);", "refs-held")
    #expect(run.lastLine(of: "s").contains("1 refuted"))
  }

  /// However small it is.
  @Test func memoryOfVmallocIsNotFreedWhereSleepIsWrong() async throws {
    let run = try await verify(
      "void *p = vmalloc(8); preempt_disable(); kvfree(p); preempt_enable();", "no-splat")
    #expect(run.lastLine(of: "s").contains("1 refuted"))
  }

  @Test func memoryOfKmallocIsFreedWithoutSleep() async throws {
    let run = try await verify(
      "preempt_disable(); kvfree(kmalloc(8, GFP_ATOMIC)); preempt_enable();", "no-splat")
    #expect(run.lastLine(of: "s").contains("1 proved"))
  }

  /// 3bc753c06dd0 ("kbuild: treat char as always unsigned") is of 6.2.
  @Test(arguments: [("6.1", "1 refuted"), ("6.12", "1 proved")])
  func charHasASignBefore6_2(_ version: String, _ verdict: String) async throws {
    let run = try await verify(
      "char c = 200; if (c < 0) pages[0] = NULL;", "no-splat", "--kernel",
      "/usr/src/linux-source-\(version).tar.xz")
    #expect(run.lastLine(of: "s").contains(verdict), "\(run.output)\(run.errors)")
  }

  @Test func anOptionThatTheModelDoesNotKnowIsAnAssumption() async throws {
    let run = try await verify(
      "if (IS_ENABLED(CONFIG_MEMORY_FAILURE)) pages[0] = NULL;", "no-splat")
    let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("a kernel without CONFIG_MEMORY_FAILURE"))
  }

  @Test(arguments: [
    ("char big[64 << 10]; big[0] = 1;", "a kernel's stack has 16384"),
    ("static char big[1UL << 31]; big[0] = 1;", "a kernel's image has 1 GiB at most"),
  ])
  func aVariableThatNoKernelHoldsIsAnError(_ variable: String, _ words: String) async throws {
    let run = try await verify(variable, "no-splat")
    #expect(run.status == 2)
    #expect(run.errors.contains(words))
  }

  private func verify(
    _ statement: String, _ property: String, _ more: String...
  ) async throws -> Vmapcheck.Run {
    let file = try scratch.write(
      """
      #include <vmapcheck/ranges.h>
      #include <vmapcheck/spec.h>
      static void *map(const struct folio_range *ranges, unsigned int nr_ranges)
      {
      \tunsigned long total = ranges_pages(ranges, nr_ranges);
      \tstruct page **pages = kvmalloc_array(total, sizeof(*pages), GFP_KERNEL);
      \tvoid *addr;

      \tif (!pages)
      \t\treturn NULL;
      \tranges_to_pages(ranges, nr_ranges, pages);
      \t{ \(statement) }
      \taddr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
      \tkvfree(pages);
      \treturn addr;
      }
      VMAP_SPEC(s) = { .title = "a test", .map = map, .unmap = vunmap,
      \t.buffer = { .kinds = SHMEM | HUGETLB, .max_pages = MAX_ARRAY_PAGES } };

      """, to: "s.c")
    return try await Vmapcheck.run(
      [
        "verify", file, "--property", property, "--output", scratch.path("out"),
      ] + more)
  }
}
