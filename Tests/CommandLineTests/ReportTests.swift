// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What is printed and written, and the exit codes.
@Suite struct ReportTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func asExpected() async throws {
    _ = try scratch.spec(refusing, fields: refusingFields)
    let run = try await scratch.verify("s.c")
    #expect(run.status == 0)
    #expect(run.lastLine(of: "s").contains(": as-expected: 11 properties, "))
    #expect(run.output.contains("  refuted        accepts "))
    #expect(run.output.contains("Call trace:"))
    #expect(run.output.contains("The verdicts rest on:"))
  }

  @Test func notAsExpected() async throws {
    _ = try scratch.spec(refusing)
    let run = try await scratch.verify("s.c")
    #expect(run.status == 1)
    #expect(run.output.contains("! refuted        accepts "))
    #expect(run.output.contains("EXPECTED: holds"))
  }

  @Test func noColourWhenPiped() async throws {
    _ = try scratch.spec(refusing)
    #expect(!(try await scratch.verify("s.c")).output.contains("\u{1B}"))
    #expect(try await scratch.verify("s.c", "--color", "always").output.contains("\u{1B}[1;31m"))
  }

  @Test func oneProperty() async throws {
    _ = try scratch.spec(refusing)
    let run = try await scratch.verify("s.c", "--property", "no-wrap")
    #expect(run.status == 0)
    #expect(run.lastLine(of: "s").contains(": as-expected: 1 property, 1 proved"))
  }

  @Test func whatStaticVariablesKeepIsAnAssumption() async throws {
    _ = try scratch.spec("static int calls;\n\n\tcalls++;\n\treturn NULL;", before: "int all;")
    let run = try await scratch.verify("s.c", "--format", "json")
    #expect(run.output.contains("one map and one unmap: what static variables (all, map()'s"))
    _ = try scratch.spec("static const int calls;\n\n\treturn NULL + calls;")
    #expect(!(try await scratch.verify("s.c", "--format", "json")).output.contains("one unmap"))
  }

  @Test func quietIsALineEach() async throws {
    _ = try scratch.spec(refusing, fields: refusingFields)
    #expect(try await scratch.verify("s.c", "-q").output.split(separator: "\n").count == 2)
  }

  @Test func aNameThatTwoFilesHaveIsAnError() async throws {
    for name in ["a.c", "b.c", "c.c"] {
      _ = try scratch.spec(refusing, fields: refusingFields, to: name)
    }
    let run = try await scratch.verify("a.c", "b.c", "./a.c", "c.c")
    #expect(run.status == 2)
    #expect(run.errors.contains("b.c:7: error: the spec s is defined at a.c:7, too;"))
    #expect(run.lastLine(of: "s").contains(": as-expected: "))
    #expect(run.lastLine(of: "b.c").contains(": error: "))
    #expect(run.lastLine(of: "c.c").contains(": error: "))
    #expect(run.output.contains("3 specs, 1 as-expected, 2 error"))
  }

  @Test func needsTree() async throws {
    try scratch.write(
      "#include <vmapcheck/spec.h>\n#pragma vmapcheck take \"mm/none.c\" nothing\n", to: "s.c")
    let variables = ["VMAPCHECK_SOURCES": scratch.url.path]
    let run = try await scratch.verify("s.c", environment: variables)
    #expect(run.status == 0)
    #expect(
      run.lastLine(of: "s.c")
        == "vmapcheck: s.c: needs-tree: needs a kernel tree; give one with --kernel TREE")
    try scratch.write(
      "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n", to: "linux-source-6.1/Makefile")
    let other = try await scratch.verify("s.c", environment: variables)
    #expect(other.lastLine(of: "s.c").contains(": absent: linux 6.1.0 has no mm/none.c"))
    #expect(other.errors.contains("linux-source-6.1, the newest in "))
  }

  @Test func absentFromTree() async throws {
    try scratch.write(
      "#include <vmapcheck/spec.h>\n#pragma vmapcheck take \"mm/none.c\" nothing\n", to: "s.c")
    try scratch.write("VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n", to: "tree/Makefile")
    let run = try await scratch.verify("s.c", "--kernel", "tree")
    #expect(run.status == 0)
    #expect(run.lastLine(of: "s.c").contains(": absent: linux 6.1.0 has no mm/none.c"))
  }

  @Test func outOfResources() async throws {
    // To invert this hash is hard.
    let hard = """
      unsigned long x = folio_pfn(ranges[0].folio);

      x = (x ^ (x >> 7)) * 0x9e3779b97f4a7c15UL;
      x = (x ^ (x >> 31)) * x;
      vmap_assert(NO_SPLAT, (x ^ (x >> 29)) != 0x123456789abcdefUL);
      return NULL;
      """
    _ = try scratch.spec(hard)
    let run = try await scratch.verify("s.c", "--rlimit", "1", "--property", "no-splat")
    #expect(run.status == 3)
    #expect(run.output.contains("! unknown        no-splat "))
    #expect(run.output.contains("out of budget (Z3: "))
  }

  @Test func outOfMemory() async throws {
    let spec = Vmapcheck.package.appendingPathComponent("Specs/rfc/vmap_folio_ranges.c").path
    let run = try await scratch.verify(spec, "--memory", "1")
    #expect(run.status == 3)
    #expect(run.output.contains("--memory 1 is too little"))
  }

  @Test func json() async throws {
    _ = try scratch.spec(refusing, fields: refusingFields)
    let run = try await scratch.verify("s.c", "--format", "json")
    #expect(run.status == 0)
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let document = try #require(object as? [String: Any])
    let keys: Set = [
      "schema", "tool", "specs", "problems", "counts", "interrupted", "seconds", "exitStatus",
      "peakMemoryBytes",
    ]
    #expect(Set(document.keys) == keys)
    #expect(document["schema"] as? Int == 1)
    let spec = try #require((document["specs"] as? [[String: Any]])?.first)
    #expect(spec["status"] as? String == "as-expected")
    let properties = try #require(spec["properties"] as? [[String: Any]])
    #expect(properties.count == 11)
    let accepts = try #require(properties.first { $0["property"] as? String == "accepts" })
    #expect(accepts["verdict"] as? String == "refuted")
    #expect(accepts["counterexampleFile"] as? String == "counterexamples/s.accepts.json")
  }

  @Test func helpNamesExitCodes() async throws {
    let run = try await Vmapcheck.run(["verify", "--help"])
    #expect(run.status == 0)
    #expect(run.output.contains("130  interrupted"))
    #expect(try await Vmapcheck.run(["--version"]).output == "0.1.0\n")
  }

  @Test func readmeHasTheTestCommandOfCI() throws {
    let package = Vmapcheck.package
    let script = try String(contentsOf: package.appendingPathComponent(".ci/run"), encoding: .utf8)
    let readme = try String(
      contentsOf: package.appendingPathComponent("README.md"), encoding: .utf8)
    let command = try #require(script.split(separator: "\n").first { $0.contains("swift test") })
    #expect(readme.contains("```\n\(command)\n```"))
  }
}
