// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// Functions of Debian's real kernel sources.
@Suite(.serialized) struct LinuxTests {
  private static let sources = "/usr/src/linux-source-6.12.tar.xz"
  private static let udmabuf = "drivers/dma-buf/udmabuf.c"

  /// What 6.12 from .48 on has, and the line that maps the page that is meant (a26fd92b7223).
  private static let faulty = "&ubuf->folios[pg]->page;"
  private static let repaired =
    "folio_page(ubuf->folios[pg], ubuf->offsets[pg] >> PAGE_SHIFT);"

  @Test func udmabufOf6_12MapsThePageBeforeTheOneThatIsMeant() async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run([
      "verify", "Specs/linux/udmabuf.c", "--kernel", Self.sources, "--output", scratch.path("out"),
    ])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    let file = scratch.url.appendingPathComponent("out/linux_udmabuf.maps-exactly.json")
    let found = try JSONDecoder().decode(Found.self, from: Data(contentsOf: file))
    #expect(found.value("pages[0]") == nil || found.value("pages[0]") == 1)
    #expect(found.value("ranges") == 1)
    #expect((found.value("offset[0]") ?? 0) > 0)
    let sites = found.trace.flatMap(\.callStack)
    #expect(sites.contains { $0.file == Self.udmabuf && $0.function == "vmap_udmabuf" })
  }

  @Test(arguments: ["HVO_ON", "HVO_OFF"])
  func theFaultIsThereWithHVOAndWithout(_ hvo: String) async throws {
    let scratch = try Scratch()
    let spec = try Self.spec(hvo, in: scratch)
    let run = try await Vmapcheck.run([
      "verify", spec, "--kernel", Self.sources, "--output", scratch.path("out"),
    ])
    #expect(run.lastLine(of: "linux_udmabuf").contains("as-expected"))
    #expect(run.lastLine(of: "linux_udmabuf").contains("1 refuted"))
  }

  @Test(arguments: ["HVO_ON", "HVO_OFF"])
  func udmabufWithTheOneLineRepairedIsProved(_ hvo: String) async throws {
    let scratch = try Scratch()
    let tree = try await Self.repairedTree(in: scratch)
    let spec = try Self.spec(hvo, in: scratch)
    let run = try await Vmapcheck.run([
      "verify", spec, "--kernel", tree, "--output", scratch.path("out"),
    ])
    // The spec expects the fault of this version: its absence is what is not expected.
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(run.lastLine(of: "linux_udmabuf").contains("not-as-expected"))
    // Without HVO nothing is said of tail pages.
    let proved = hvo == "HVO_ON" ? "11 proved" : "9 proved, 2 not-applicable"
    #expect(run.lastLine(of: "linux_udmabuf").contains(proved))
  }

  /// A text of a tree's, what it becomes, and of which spec that breaks which property.
  struct Fault: Sendable, CustomTestStringConvertible {
    var text: String
    var becomes: String
    var spec: String
    var property: String

    var testDescription: String { "\(spec), \(property): \(becomes)" }
  }

  private static let faultsOfPages = [
    Fault(
      text: "mk_pte(page, prot));\n\t\t(*nr)++;", becomes: "mk_pte(page, prot));\n\t\t*nr += 2;",
      spec: "linux_vmap_pages_pte_range", property: "maps-exactly"),
    Fault(
      text: "struct page *page = pages[*nr];", becomes: "struct page *page = pages[0];",
      spec: "linux_vmap_pages_pte_range", property: "maps-exactly"),
    Fault(
      text: "if (WARN_ON(!page)) {", becomes: "if (page_to_pfn(page) & 1) {",
      spec: "linux_vmap_pages_pte_range", property: "accepts"),
    Fault(
      text: "pmd++, addr = next, addr != end);\n\treturn 0;\n}\n\nstatic int vmap_pages_pud_range(",
      becomes: "addr = next, addr != end);\n\treturn 0;\n}\n\nstatic int vmap_pages_pud_range(",
      spec: "linux_vmap_pages_pmd_range", property: "in-bounds"),
    Fault(
      text: "pud++, addr = next, addr != end);\n\treturn 0;\n}\n\nstatic int vmap_pages_p4d_range(",
      becomes: "addr = next, addr != end);\n\treturn 0;\n}\n\nstatic int vmap_pages_p4d_range(",
      spec: "linux_vmap_pages_pud_range", property: "in-bounds"),
    Fault(
      text: "p4d++, addr = next, addr != end);\n\treturn 0;\n}\n\n"
        + "static int vmap_small_pages_range_noflush(",
      becomes: "addr = next, addr != end);\n\treturn 0;\n}\n\n"
        + "static int vmap_small_pages_range_noflush(",
      spec: "linux_vmap_pages_p4d_range", property: "in-bounds"),
    Fault(
      text: "err = vmap_pages_p4d_range(pgd, addr, next, prot, pages, &nr, &mask);",
      becomes: "nr = 0; err = vmap_pages_p4d_range(pgd, addr, next, prot, pages, &nr, &mask);",
      spec: "linux_vmap_pages_range", property: "maps-exactly"),
  ]

  private static let faultsOfMemory = [
    Fault(
      text: "set_pte_at(&init_mm, addr, pte, pfn_pte(pfn, prot));\n\t\tpfn++;",
      becomes: "set_pte_at(&init_mm, addr, pte, pfn_pte(pfn, prot));\n\t\tpfn += 2;",
      spec: "linux_vmap_pte_range", property: "maps-exactly"),
    Fault(
      text: "if (max_page_shift < PMD_SHIFT)",
      becomes: "if (pmd_present(*pmd))\n\t\tpmd_free_pte_page(pmd, addr);\n"
        + "\tif (max_page_shift < PMD_SHIFT)",
      spec: "linux_vmap_pmd_range", property: "maps-exactly"),
    Fault(
      text: "pmd++, phys_addr += (next - addr), addr = next", becomes: "pmd++, addr = next",
      spec: "linux_vmap_pmd_range", property: "maps-exactly"),
    Fault(
      text: "pud++, phys_addr += (next - addr), addr = next",
      becomes: "pud++, phys_addr += PAGE_SIZE - 1, addr = next",
      spec: "linux_vmap_pud_range", property: "maps-exactly"),
    Fault(
      text: "p4d++, phys_addr += (next - addr), addr = next",
      becomes: "phys_addr += (next - addr), addr = next",
      spec: "linux_vmap_p4d_range", property: "in-bounds"),
    Fault(
      text: "pgd++, phys_addr += (next - addr), addr = next", becomes: "pgd++, addr = next",
      spec: "linux_vmap_range_noflush", property: "maps-exactly"),
  ]

  private static let faultsOfCallbacks = [
    Fault(
      text: "} while (pte++, addr += PAGE_SIZE, addr != end);\n\t}\n\t*mask",
      becomes: "} while (addr += PAGE_SIZE, addr != end);\n\t}\n\t*mask",
      spec: "linux_apply_to_pte_range", property: "maps-exactly"),
    Fault(
      text: "err = fn(pte, addr, data);\n\t\t\t\tif (err)\n\t\t\t\t\tbreak;",
      becomes: "if (fn(pte, addr, data))\n\t\t\t\t\tbreak;",
      spec: "linux_apply_to_pte_range", property: "maps-exactly"),
    // An error of a callback's is any that is not 0.
    Fault(
      text: "err = fn(pte, addr, data);\n\t\t\t\tif (err)\n\t\t\t\t\tbreak;",
      becomes: "err = fn(pte, addr, data);\n\t\t\t\tif (err < 0)\n\t\t\t\t\tbreak;",
      spec: "linux_apply_to_pte_range", property: "maps-exactly"),
  ]

  private static let faultsOfPfns = [
    Fault(
      text: "data->idx++;", becomes: "data->idx += 2;", spec: "linux_vmap_pfn_of_bar",
      property: "in-bounds"),
    Fault(
      text: "unsigned long pfn = data->pfns[data->idx];",
      becomes: "unsigned long pfn = data->pfns[data->idx / 2];", spec: "linux_vmap_pfn_of_bar",
      property: "maps-exactly"),
    // The page before a BAR may be one of RAM.
    Fault(
      text: "if (WARN_ON_ONCE(pfn_valid(pfn)))", becomes: "if (WARN_ON_ONCE(pfn_valid(pfn - 1)))",
      spec: "linux_vmap_pfn_of_bar", property: "no-splat"),
    // Two pages may be the same one.
    Fault(
      text: "if (WARN_ON_ONCE(pfn_valid(pfn)))",
      becomes: "if (data->idx && pfn == data->pfns[data->idx - 1])",
      spec: "linux_vmap_pfn_of_bar", property: "accepts"),
  ]

  @Test(arguments: faultsOfPfns)
  func aFaultInVmapPfnIsRefuted(_ fault: Fault) async throws {
    try await Self.refute(fault, of: "Specs/linux/vmap_pfn.c")
  }

  /// It takes more pages than the bounded search has.
  @Test func aFaultOfVmapPfnsFarOffIsNotProved() async throws {
    let scratch = try Scratch()
    let tree = try await Self.tree(
      in: scratch, changing: "mm/vmalloc.c", "if (WARN_ON_ONCE(pfn_valid(pfn)))",
      to: "if (WARN_ON_ONCE(data->idx == 77))")
    let run = try await Vmapcheck.run([
      "verify", "Specs/linux/vmap_pfn.c", "--spec", "linux_vmap_pfn_of_bar", "--property",
      "no-splat", "--property", "accepts", "--kernel", tree, "--output", scratch.path("out"),
    ])
    #expect(run.lastLine(of: "linux_vmap_pfn_of_bar").contains("2 bounded"))
  }

  @Test(arguments: faultsOfCallbacks)
  func aFaultInTheWalkOfApplyToPageRangeIsRefuted(_ fault: Fault) async throws {
    try await Self.refute(
      fault, in: "mm/memory.c", of: "Specs/linux/apply_to_page_range.c")
  }

  @Test(arguments: ["6.12", "6.1"])
  func theLastLevelOfApplyToPageRangeIsProved(_ version: String) async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run([
      "verify", "Specs/linux/apply_to_page_range.c", "--spec", "linux_apply_to_pte_range",
      "--kernel", "/usr/src/linux-source-\(version).tar.xz", "--output", scratch.path("out"),
    ])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.lastLine(of: "linux_apply_to_pte_range").contains("10 proved, 1 not-applicable"))
  }

  @Test(arguments: faultsOfPages)
  func aFaultInTheWalkOfVmapPagesRangeIsRefuted(_ fault: Fault) async throws {
    try await Self.refute(fault, of: "Specs/linux/vmap_pages_range.c")
  }

  @Test(arguments: faultsOfMemory)
  func aFaultInTheWalkOfVmapRangeNoflushIsRefuted(_ fault: Fault) async throws {
    try await Self.refute(fault, of: "Specs/linux/vmap_range_noflush.c")
  }

  /// What callers of a level go by, but no level did: the page that it failed at, any address, any
  /// largest leaf, all bits of a leaf.
  private static let faultsOfLevels = [
    Fault(
      text:
        "if (vmap_pages_pte_range(pmd, addr, next, prot, pages, nr, mask))\n\t\t\treturn -ENOMEM;",
      becomes: "if (vmap_pages_pte_range(pmd, addr, next, prot, pages, nr, mask)) {\n"
        + "\t\t\t*nr = 0;\n\t\t\treturn -ENOMEM;\n\t\t}",
      spec: "linux_vmap_pages_pmd_range", property: "maps-exactly"),
    Fault(
      text: "int err;\n\n\terr = vmap_pages_range_noflush(addr, end, prot, pages, page_shift);",
      becomes: "int err;\n\n\tif ((addr & (PGDIR_SIZE - 1)) &&\n"
        + "\t    ((addr + PAGE_SIZE) & (PGDIR_SIZE - 1)))\n\t\treturn 0;\n"
        + "\terr = vmap_pages_range_noflush(addr, end, prot, pages, page_shift);",
      spec: "linux_vmap_pages_range", property: "maps-exactly"),
    Fault(
      text: "mk_pte(page, prot));\n\t\t(*nr)++;",
      becomes: "pte_wrprotect(mk_pte(page, prot)));\n\t\t(*nr)++;",
      spec: "linux_vmap_pages_pte_range", property: "maps-exactly"),
    // What calls before have set.
    Fault(
      text: "return -ENOMEM;\n\tdo {\n\t\tstruct page *page = pages[*nr];",
      becomes: "return -ENOMEM;\n\tif (*mask & PGTBL_PMD_MODIFIED)\n\t\treturn 0;\n"
        + "\tdo {\n\t\tstruct page *page = pages[*nr];",
      spec: "linux_vmap_pages_pte_range", property: "maps-exactly"),
    Fault(
      text: "mk_pte(page, prot));\n\t\t(*nr)++;",
      becomes: "mk_pte(page, prot));\n\t\t{ static int calls; (*nr) += calls++ != 600; }",
      spec: "linux_vmap_pages_pte_range", property: "maps-exactly"),
    // The array of the caller's, and the address that it has.
    Fault(
      text: "mk_pte(page, prot));\n\t\t(*nr)++;",
      becomes: "mk_pte(page, prot));\n\t\tpages[(*nr)++] = NULL;",
      spec: "linux_vmap_pages_pte_range", property: "in-bounds"),
    Fault(
      text: "mk_pte(page, prot));\n\t\t(*nr)++;",
      becomes: "mk_pte(page, prot));\n\t\t(*nr) += !((unsigned long)pages & 64);",
      spec: "linux_vmap_pages_pte_range", property: "maps-exactly"),
    // vmap() goes by the sign.
    Fault(
      text: "int err;\n\n\terr = vmap_pages_range_noflush(addr, end, prot, pages, page_shift);",
      becomes: "int err;\n\n\terr = -vmap_pages_range_noflush(addr, end, prot, pages, page_shift);",
      spec: "linux_vmap_pages_range", property: "maps-exactly"),
    Fault(
      text: "int err;\n\n\terr = vmap_pages_range_noflush(addr, end, prot, pages, page_shift);",
      becomes: "int err;\n\n\terr = vmap_pages_range_noflush(addr, end, PAGE_KERNEL_RO, pages,\n"
        + "\t\t\t\t       page_shift);",
      spec: "linux_vmap_pages_range", property: "maps-exactly"),
  ]

  /// vmap() itself keeps what its callers go by.
  @Test func aFailureOfVmapIsNULL() async throws {
    let fault = Fault(
      text: "\tif (!area)\n\t\treturn NULL;\n\n\taddr = (unsigned long)area->addr;\n"
        + "\tif (vmap_pages_range(addr,",
      becomes: "\tif (!area)\n\t\treturn ERR_PTR(-ENOMEM);\n\n"
        + "\taddr = (unsigned long)area->addr;\n\tif (vmap_pages_range(addr,",
      spec: "linux_vmap", property: "no-splat")
    try await Self.refute(fault, of: "Specs/linux/vmap.c")
  }

  /// Others may hold the lock of the kernel's own tables, and it is given back.
  @Test(arguments: [
    Fault(
      text: "\t\treturn 0;\n\n\tif (!pmd_free_pte_page(pmd, addr)) {",
      becomes: "\t\treturn 1;\n\n\tif (!pmd_free_pte_page(pmd, addr)) {",
      spec: "linux_vmap_pmd_range", property: "maps-exactly"),
    Fault(
      text: "ret = pmd_set_huge(pmd, phys_addr, prot);\n\tmmap_read_unlock(&init_mm);",
      becomes: "ret = pmd_set_huge(pmd, phys_addr, prot);",
      spec: "linux_vmap_pmd_range", property: "no-splat"),
  ])
  func theLockOfTheTablesIsMinded(_ fault: Fault) async throws {
    try await Self.doNotProve(fault, of: "Specs/linux/vmap_range_noflush.c")
  }

  @Test(arguments: faultsOfLevels)
  func whatCallersOfALevelGoByIsAskedOfIt(_ fault: Fault) async throws {
    try await Self.doNotProve(fault, of: "Specs/linux/vmap_pages_range.c")
  }

  @Test func aLevelIsProvedOfAnyLargestLeaf() async throws {
    let fault = Fault(
      text: "if (max_page_shift < PMD_SHIFT)",
      becomes: "if (max_page_shift == PMD_SHIFT && end - addr == PMD_SIZE)\n\t\treturn 1;\n"
        + "\tif (max_page_shift < PMD_SHIFT)",
      spec: "linux_vmap_pmd_range", property: "maps-exactly")
    try await Self.doNotProve(fault, of: "Specs/linux/vmap_range_noflush.c")
  }

  /// It takes 512 pages to be seen, which the bounded search does not have.
  @Test func aHugeLeafOfMemoryThatIsNotAlignedIsNotProved() async throws {
    let scratch = try Scratch()
    let check = "if (!IS_ALIGNED(phys_addr, PMD_SIZE))\n\t\treturn 0;"
    let tree = try await Self.tree(in: scratch, changing: "mm/vmalloc.c", check, to: "")
    let run = try await Vmapcheck.run([
      "verify", "Specs/linux/vmap_range_noflush.c", "--spec", "linux_vmap_pmd_range",
      "--property", "maps-exactly", "--kernel", tree, "--output", scratch.path("out"),
    ])
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(!run.lastLine(of: "linux_vmap_pmd_range").contains("1 proved"))
  }

  @Test func vmapPfnOfFoliosIsRefusedAtItsOwnLine() async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run([
      "verify", "Specs/linux/vmap_pfn.c", "--kernel", Self.sources, "--property", "no-splat",
      "--output", scratch.path("out"),
    ])
    let file = scratch.url.appendingPathComponent("out/linux_vmap_pfn_of_folios.no-splat.json")
    let found = try JSONDecoder().decode(Found.self, from: Data(contentsOf: file))
    #expect(found.callStack.contains { $0.function == "vmap_pfn_apply" && $0.line == 3551 })
    #expect(run.lastLine(of: "linux_vmap_pfn_of_bar").contains("1 proved"))
  }

  @Test func aTreeWithoutTheFunctionGetsOneLineAndIsNoFailure() async throws {
    let run = try await Vmapcheck.run([
      "verify", "Specs/linux/udmabuf.c", "--kernel", "/usr/src/linux-source-6.1.tar.xz",
    ])
    #expect(run.status == 0)
    #expect(run.output.contains("linux 6.1."))
    #expect(run.output.contains("has no vmap_udmabuf, vunmap_udmabuf in \(Self.udmabuf)"))
  }

  @Test func vmapAndVmapPfnOf6_1ComeOutAsTheyDoOn6_12() async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run([
      "verify", "Specs/linux/vmap_pfn.c", "Specs/linux/vmap.c", "--kernel",
      "/usr/src/linux-source-6.1.tar.xz", "--output", scratch.path("out"),
    ])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }

  // MARK: Material

  private struct Found: Decodable {
    struct Value: Decodable {
      var name: String
      var value: String
    }

    struct Site: Decodable {
      var function: String
      var file: String?
      var line: Int?
    }

    struct Step: Decodable {
      var callStack: [Site]
    }

    var inputs: [Value]
    var callStack: [Site]
    var trace: [Step]

    func value(_ name: String) -> UInt64? {
      inputs.first { $0.name == name }.flatMap { UInt64($0.value) }
    }
  }

  /// The shipped spec on hugetlb folios of one HVO state.
  private static func spec(_ hvo: String, in scratch: Scratch) throws -> String {
    let shipped = try String(
      contentsOf: Vmapcheck.package.appendingPathComponent("Specs/linux/udmabuf.c"),
      encoding: .utf8)
    let kinds = ".kinds = SHMEM | THP | HUGETLB,"
    try #require(shipped.contains(kinds))
    return try scratch.write(
      shipped.replacingOccurrences(of: kinds, with: ".kinds = HUGETLB, .hvo = \(hvo),"),
      to: "udmabuf.c")
  }

  /// From the second round on it hands over another entry's pointer: the contract says nothing then.
  @Test func nothingIsProvedOfACallerThatBreaksAContract() async throws {
    let scratch = try Scratch()
    let fault = Self.faultsOfPages[3]
    let tree = try await Self.tree(
      in: scratch, changing: "mm/vmalloc.c", fault.text, to: fault.becomes)
    let run = try await Vmapcheck.run([
      "verify", "Specs/linux/vmap_pages_range.c", "--spec", fault.spec, "--kernel", tree,
      "--output", scratch.path("out"),
    ])
    #expect(!run.output.contains("  proved "))
  }

  private static func refute(
    _ fault: Fault, in path: String = "mm/vmalloc.c", of file: String
  ) async throws {
    #expect(try await lastLine(with: fault, in: path, of: file).contains("1 refuted"))
  }

  private static func doNotProve(
    _ fault: Fault, in path: String = "mm/vmalloc.c", of file: String
  ) async throws {
    #expect(try await !lastLine(with: fault, in: path, of: file).contains("1 proved"))
  }

  /// What is said of the fault's property with the fault in the tree: not what is expected.
  private static func lastLine(
    with fault: Fault, in path: String, of file: String
  ) async throws -> String {
    let scratch = try Scratch()
    let tree = try await Self.tree(in: scratch, changing: path, fault.text, to: fault.becomes)
    let run = try await Vmapcheck.run([
      "verify", file, "--spec", fault.spec, "--property", fault.property, "--kernel", tree,
      "--output", scratch.path("out"),
    ])
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    return run.lastLine(of: fault.spec)
  }

  private static func repairedTree(in scratch: Scratch) async throws -> String {
    try await tree(in: scratch, changing: udmabuf, faulty, to: repaired)
  }

  /// The files of 6.12 that the specs take from, with one text replaced, which is there once.
  private static func tree(
    in scratch: Scratch, changing path: String, _ before: String, to after: String
  ) async throws -> String {
    let result = try await Subprocess.run(
      .name("tar"),
      arguments: [
        "-xf", sources, "-C", scratch.url.path, "--wildcards", "--strip-components=1",
        "linux-source-6.12/Makefile", "linux-source-6.12/mm/vmalloc.c",
        "linux-source-6.12/mm/memory.c", "linux-source-6.12/\(udmabuf)",
      ], output: .discarded)
    try #require(result.terminationStatus.isSuccess)
    let file = scratch.url.appendingPathComponent(path)
    let text = try String(contentsOf: file, encoding: .utf8)
    try #require(text.components(separatedBy: before).count == 2)
    try text.replacingOccurrences(of: before, with: after)
      .write(to: file, atomically: false, encoding: .utf8)
    return scratch.url.path
  }
}
