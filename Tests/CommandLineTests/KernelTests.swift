// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A real kernel, booted under QEMU: fetched by apt if it is not in the cache yet.
@Suite(.serialized) struct KernelTests {
  private static let machine = "qemu:debian-6.12"

  private func replay(_ arguments: String...) async throws -> Vmapcheck.Run {
    let added = try await Vmapcheck.run(["machines", "add", Self.machine])
    try #require(added.status == 0, "\(added.errors)")
    return try await Vmapcheck.run(["replay", "--on", Self.machine] + arguments)
  }

  /// The counterexample of a spec of the tests.
  private func counterexample(
    of spec: String, _ property: String, in scratch: Scratch
  ) async throws -> String {
    _ = try await Vmapcheck.run([
      "verify", "Tests/CommandLineTests/Specs/\(spec).c", "--property", property, "--output",
      scratch.path("ce"), "-q",
    ])
    return scratch.path("ce/\(spec).\(property).json")
  }

  @Test func aStoreToAFreedStructPageOopses() async throws {
    let scratch = try Scratch()
    let file = try await counterexample(of: "twin_tail_write", "tail-write", in: scratch)
    let run = try await replay(file)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("to 64 does not: #PF: error_code(0x0003) - permissions violation"))
    #expect(run.output.contains("\(Self.machine) says confirmed (page fault), "))
    // Without HVO the same store goes through.
    let off = try await replay(file, "--hvo", "off")
    #expect(off.status == 3, "\(off.output)\(off.errors)")
    #expect(off.output.contains("cannot be shown: HVO is off in this guest"))
  }

  @Test func aWrongPageIsTheOneThatTheModelSays() async throws {
    let scratch = try Scratch()
    let file = try await counterexample(of: "twin_maps_exactly", "maps-exactly", in: scratch)
    let run = try await replay(file)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("says confirmed (content), "))
  }

  @Test func drawnCasesAgree() async throws {
    let scratch = try Scratch()
    let table = scratch.path("table.json")
    let run = try await replay(
      "Specs/rfc/vmap_folio_ranges.c", "--cases", "20", "--output", table)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("model and \(Self.machine): agree, 20 of 20 cases"))
    let text = try String(contentsOfFile: table, encoding: .utf8)
    #expect(text.contains("\"release\" : \"6.12."))
    #expect(text.contains("\"maps-exactly\""))
  }

  /// A spec that does something else in a real kernel than in the model has to be noticed.
  @Test func aKernelThatDoesSomethingElseIsNoticed() async throws {
    let scratch = try Scratch()
    let spec = try scratch.write(
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
      #ifdef __KERNEL__
      \tpages[0] = pfn_to_page(page_to_pfn(pages[0]) ^ 1);
      #endif
      \taddr = vmap(pages, total, VM_MAP, PAGE_KERNEL);
      \tkvfree(pages);
      \treturn addr;
      }

      VMAP_SPEC(differs) = {
      \t.title = "another page in a real kernel",
      \t.map = map,
      \t.unmap = vunmap,
      \t.buffer = { .kinds = THP, .max_pages = 512 },
      };

      """, to: "differs.c")
    let run = try await replay(spec, "--cases", "5")
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(run.output.contains("5 DISAGREE"))
  }

  /// An area of vm_map_ram()'s has no guard page: what another one maps beside it is not its doing.
  @Test func anAreaBesideTheMappingIsNotOfIt() async throws {
    let scratch = try Scratch()
    let spec = try scratch.write(
      """
      #include <vmapcheck/ranges.h>
      #include <vmapcheck/spec.h>

      static void *map(const struct folio_range *ranges, unsigned int nr_ranges)
      {
      \tunsigned long total = ranges_pages(ranges, nr_ranges);
      \tstruct page **pages = vmap_caller_alloc(total * sizeof(*pages));
      \tvoid *addr;
      \tunsigned int i;

      \tranges_to_pages(ranges, nr_ranges, pages);
      \taddr = vm_map_ram(pages, total, NUMA_NO_NODE);
      #ifdef __KERNEL__
      \tfor (i = 0; i < 4; i++)
      \t\tvmap_caller_alloc(8 << 20);
      #endif
      \treturn addr;
      }

      static void unmap(const void *addr, const struct folio_range *ranges, unsigned int nr_ranges)
      {
      \tvm_unmap_ram(addr, ranges_pages(ranges, nr_ranges));
      }

      VMAP_SPEC(neighbours) = {
      \t.title = "areas of others beside one without a guard page",
      \t.map = map,
      \t.unmap_ranges = unmap,
      \t.buffer = { .kinds = THP, .max_pages = 512 },
      };

      """, to: "neighbours.c")
    let run = try await replay(spec, "--cases", "30")
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("agree, 30 of 30 cases"))
  }

  /// Also in a block that vm_map_ram()'s callers share, and in an area of its own.
  @Test func aPageMoreThanTheBufferHasIsSeen() async throws {
    let scratch = try Scratch()
    let spec = try scratch.write(
      """
      #include <vmapcheck/ranges.h>
      #include <vmapcheck/spec.h>

      static unsigned long mapped(const struct folio_range *ranges, unsigned int nr_ranges)
      {
      \tunsigned long total = ranges_pages(ranges, nr_ranges);

      #ifdef __KERNEL__
      \ttotal++;
      #endif
      \treturn total;
      }

      static void *map(const struct folio_range *ranges, unsigned int nr_ranges)
      {
      \tunsigned long total = ranges_pages(ranges, nr_ranges);
      \tstruct page **pages = vmap_caller_alloc((total + 1) * sizeof(*pages));

      \tranges_to_pages(ranges, nr_ranges, pages);
      \tpages[total] = pfn_to_page(0);
      \treturn vm_map_ram(pages, mapped(ranges, nr_ranges), NUMA_NO_NODE);
      }

      static void unmap(const void *addr, const struct folio_range *ranges, unsigned int nr_ranges)
      {
      \tvm_unmap_ram(addr, mapped(ranges, nr_ranges));
      }

      VMAP_SPEC(overrun) = {
      \t.title = "one page more",
      \t.map = map,
      \t.unmap_ranges = unmap,
      \t.buffer = { .kinds = THP, .max_pages = 512 },
      };

      """, to: "overrun.c")
    let run = try await replay(spec, "--cases", "10")
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(run.output.contains("10 DISAGREE"))
  }
}
