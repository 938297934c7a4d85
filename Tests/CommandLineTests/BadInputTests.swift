// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What is not a spec, a tree, or a number.
@Suite struct BadInputTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func missingFile() async throws {
    let run = try await scratch.verify("nothing.c")
    #expect(run.status == 2)
    #expect(run.errors.contains("nothing.c: no such file or folder"))
  }

  @Test func folderWithoutSpecs() async throws {
    let run = try await scratch.verify(".")
    #expect(run.status == 2)
    #expect(run.errors.contains("no specs in this folder"))
  }

  @Test func errorInC() async throws {
    let spec = try scratch.spec("return nothing;")
    let run = try await scratch.verify(spec)
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:5:9: error: use of undeclared identifier 'nothing'"))
    #expect(run.lastLine(of: spec).contains(": error: "))
  }

  /// Assumptions made so would stand in no verdict.
  @Test(arguments: ["vmc_assume(nr_ranges < 5, \"\");", "vmc_input(\"ranges\", ~0UL, 0, 5);"])
  func aNameOfTheModels(_ statement: String) async throws {
    let run = try await scratch.verify(try scratch.spec("\(statement)\n\treturn NULL;"))
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:5: error: vmc_"))
    #expect(run.errors.contains("is the model's own"))
  }

  @Test func aNameOfTheModelsInAMacro() async throws {
    let run = try await scratch.verify(
      try scratch.spec("SMALL;\n\treturn NULL;", before: "#define SMALL vmc_assume(0, \"\")"))
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:2: error: vmc_assume"))
  }

  @Test func aContractThatIsNone() async throws {
    let spec = try scratch.spec(
      "vmap_by_contract(nosuch);\n\treturn NULL;",
      before: "#include <vmapcheck/vmalloc_internal.h>")
    let run = try await scratch.verify(spec)
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:5: error: the model has no contract of nosuch()"))
  }

  /// By a macro or a function of the spec's own, what is taken becomes another text.
  @Test(arguments: [
    "#define mk_pte(page, prot) __pte(0)", "#undef PAGE_SHIFT",
    "static int vmap_pages_range(void) { return 0; }", "#include \"own.h\"",
    "void mine(void) __asm__(\"set_pte_at\");",
  ])
  func aContractOfAnotherText(_ line: String) async throws {
    try scratch.write("", to: "own.h")
    let spec = try scratch.spec(
      "vmap_by_contract(vmap_pages_range);\n\treturn NULL;", before: line)
    let run = try await scratch.verify(spec)
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:2: error: vmap_by_contract() is for the kernel's own text"))
  }

  @Test func unknownField() async throws {
    let spec = try scratch.spec(refusing, fields: ".map = map, .mop = map,")
    let run = try await scratch.verify(spec)
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:7:"))
    #expect(run.errors.contains("mop"))
  }

  @Test func expectationThatIsNone() async throws {
    let spec = try scratch.spec(refusing, fields: ".map = map, .expect = { [ACCEPTS] = 99 },")
    let run = try await scratch.verify(spec)
    #expect(run.status == 2)
    #expect(run.errors.contains(".expect of accepts is 99"))
  }

  @Test func twoWaysToUnmap() async throws {
    let spec = try scratch.spec(
      refusing, fields: ".map = map, .unmap = vunmap, .unmap_ranges = (void *)vunmap,")
    let run = try await scratch.verify(spec)
    #expect(run.status == 2)
    #expect(run.errors.contains("at most one of the two"))
  }

  @Test func noMap() async throws {
    let run = try await scratch.verify(try scratch.spec(refusing, fields: ""))
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:7: error: s: it has neither .map nor .map_file"))
  }

  @Test func noTitle() async throws {
    let spec = try scratch.write(
      "#include <vmapcheck/spec.h>\n\nVMAP_SPEC(s) = { .map_file = (void *)1 };\n", to: "s.c")
    let run = try await scratch.verify(spec)
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:3: error: s: it has no .title"))
  }

  @Test(arguments: [
    (".map = map, .buffer.order = 9,", "SHMEM has 0;"),
    (".map = map, .buffer = { .kinds = HUGETLB | THP, .order = 10 },", "THP has 1 to 9, HUGETLB"),
    (".map = map, .buffer = { .kinds = HUGETLB, .order = 3 },", "HUGETLB has 9 or 18;"),
    (".map = map, .buffer.holes = true,", "they need .map_file"),
    (".map = map, .map_file = (void *)map,", "at most one of the two"),
    (".map_file = (void *)map, .buffer.kinds = BAR,", "in no file's page cache"),
    (".map = map, .buffer.hvo = 3,", "no enum hvo"),
  ])
  func contradictoryBuffer(_ fields: String, _ reason: String) async throws {
    let run = try await scratch.verify(try scratch.spec(refusing, fields: fields))
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:7: error: s: "))
    #expect(run.errors.contains(reason))
    #expect(run.lastLine(of: "s").contains(": error: "))
  }

  @Test func noSpecInFile() async throws {
    try scratch.write("int x;\n", to: "s.c")
    let run = try await scratch.verify("s.c")
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("vmapcheck: error: s.c: no VMAP_SPEC in this file"))
    #expect(run.errors.split(separator: "\n").count == 1)
    #expect(!run.output.contains("VMAP_SPEC"))
    #expect(run.lastLine(of: "s.c").hasSuffix(": error: no verdicts; standard error says why"))
  }

  @Test func propertyThatDoesNotExistInSpec() async throws {
    let spec = try scratch.spec(refusing, fields: ".map = map, .expect = { [NICE] = REFUTED },")
    let run = try await scratch.verify(spec)
    #expect(run.status == 2)
    #expect(run.errors.contains("NICE"))
  }

  @Test(arguments: [
    (["--property", "nice"], "tail-write, tail-read"), (["--ranges", "0"], "at least one range"),
    (["--ranges", "65"], "1 to 64"), (["--pages", "99999999"], "1 to 4096"),
    (["--pages", "0"], "at least one page"), (["--jobs", "0"], "from 1"),
    (["--rlimit", "many"], "--rlimit"), (["--rlimit", "-1"], "--rlimit"),
    (["--format", "xml"], "--format"), (["--nonsense"], "--nonsense"), (["-q", "-v"], "-q and -v"),
  ])
  func absurdOption(_ options: [String], _ reason: String) async throws {
    let spec = try scratch.spec(refusing)
    let run = try await Vmapcheck.run(["verify", spec] + options, in: scratch.url)
    #expect(run.status == 2)
    #expect(run.errors.contains(reason))
    #expect(run.output.isEmpty)
  }

  @Test func noPath() async throws {
    #expect(try await scratch.verify().status == 2)
  }

  @Test func treeThatIsNone() async throws {
    let run = try await scratch.verify(try scratch.spec(refusing), "--kernel", scratch.url.path)
    #expect(run.status == 2)
    #expect(run.errors.contains("not a kernel tree"))
  }

  @Test func truncatedTarball() async throws {
    let tarball = "/usr/src/linux-source-6.12.tar.xz"
    try #require(FileManager.default.fileExists(atPath: tarball))
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: tarball))
    let head = try #require(try handle.read(upToCount: 1 << 20))
    try head.write(to: scratch.url.appendingPathComponent("linux-source-6.12.tar.xz"))
    let run = try await scratch.verify(
      try scratch.spec(refusing), "--kernel", scratch.path("linux-source-6.12.tar.xz"),
      environment: ["XDG_CACHE_HOME": scratch.path("cache")])
    #expect(run.status == 2)
    #expect(run.errors.contains("tar cannot read it"))
    let cache = scratch.path("cache/vmapcheck/trees")
    let left = (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []
    #expect(!left.contains { $0.hasPrefix(".unpacking-") })
  }

  @Test func clangOfAnotherVersion() async throws {
    let clang = try scratch.write(
      "#!/bin/sh\necho 'Debian clang version 14.0.6'\n", to: "clang")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: clang)
    let run = try await scratch.verify(try scratch.spec(refusing), "--clang", clang)
    #expect(run.status == 2)
    #expect(run.errors.contains("14.0.6"))
  }

  @Test func typedPointerIR() async throws {
    let clang = try scratch.write(
      """
      #!/bin/sh
      case "$*" in
      --version) echo 'clang version 21.0.0';;
      *) echo 'define i8* @f(i8* %p) {'; echo '  ret i8* %p'; echo '}';;
      esac

      """, to: "clang")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: clang)
    let run = try await scratch.verify(try scratch.spec(refusing), "--clang", clang)
    #expect(run.status == 2)
    #expect(run.errors.contains("IR cannot be read"))
  }
}
