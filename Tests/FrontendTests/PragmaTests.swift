// SPDX-License-Identifier: Apache-2.0

import KernelSource
import Testing

@testable import Frontend

@Suite struct PragmaTests {
  private let kernel = """
    struct s { int a; };
    int f(struct s *s)
    {
    \treturn s->a;
    }
    """

  @Test func aPragmaNamesAFileAndItems() throws {
    let spec = try SpecSource(
      path: "s.c",
      text:
        "int a;\n#pragma vmapcheck take \"mm/a.c\" struct s, f, \\\n\tg?, h ? /* why */\nint b;\n")
    #expect(spec.takes.map(\.file) == ["mm/a.c"])
    #expect(
      spec.takes.first?.names == [
        TakeName("s", space: .structTag), TakeName("f"), TakeName("g", isOptional: true),
        TakeName("h", isOptional: true),
      ])
    #expect(spec.takes.first?.lines == 2...3)
    #expect(spec.kernelFiles == ["mm/a.c"])
    #expect(spec.needsTree)
  }

  @Test func otherPragmasAreLeftAlone() throws {
    let spec = try SpecSource(path: "s.c", text: "#pragma once\n#pragma GCC poison x\n")
    #expect(!spec.needsTree)
  }

  @Test(arguments: [
    ("tak \"a.c\" f", "unknown pragma of vmapcheck"), ("take f", "quotation marks"),
    ("take \"a.c\"", "take wants names"), ("take \"a.c\" f,", "take wants names"),
    ("take \"a.c\" f g", "'f g' is no name"), ("take \"a.c\" \"f\"", "is no name"),
  ])
  func aMalformedPragmaIsReportedWithItsLine(pragma: String, reason: String) {
    let error = #expect(throws: FrontendError.self) {
      try SpecSource(path: "s.c", text: "\n\n#pragma vmapcheck \(pragma)\n")
    }
    #expect(error?.description.hasPrefix("s.c:3: error: ") == true)
    #expect(error?.description.contains(reason) == true)
  }

  @Test func anErrorBehindAPragmaIsReportedAtItsLine() async throws {
    let scratch = try ScratchFolder()
    let messages = try await scratch.messages(
      "#pragma vmapcheck take \"mm/a.c\" \\\n\tf\nint x = y;\n", tree: scratch.tree(kernel))
    #expect(messages.hasPrefix("Specs/s.c:3:9: error: "))
  }

  @Test func anErrorInKernelTextIsReportedAtTheKernelsLine() async throws {
    let scratch = try ScratchFolder()
    let messages = try await scratch.messages(
      "#pragma vmapcheck take \"mm/a.c\" f\n",
      tree: scratch.tree("int before;\nint f(void)\n{\n\treturn unknown();\n}\n"))
    #expect(messages.contains("mm/a.c:4:9: error: "))
  }

  @Test func linesInTheIRAreTheKernels() async throws {
    let scratch = try ScratchFolder()
    let compiled = try await scratch.compiled(
      "#pragma vmapcheck take \"mm/a.c\" f\nint g(void) { return f(0); }\n",
      tree: scratch.tree(kernel))
    #expect(compiled.spec.irText.contains("!DIFile(filename: \"mm/a.c\""))
    #expect(compiled.spec.irText.contains("!DIFile(filename: \"Specs/s.c\""))
    #expect(compiled.takes[0].taken.pieces.map(\.line) == [1, 2])
  }

  @Test func warningsAboutKernelTextAreNotTheUsers() async throws {
    let scratch = try ScratchFolder()
    let compiled = try await scratch.compiled(
      "#pragma vmapcheck take \"mm/a.c\" f\nvoid g(void)\n{\n\tint mine;\n}\n",
      tree: scratch.tree("void f(void)\n{\n\tint theirs;\n}\n"))
    #expect(compiled.warnings.contains("Specs/s.c:4:6: warning: "))
    #expect(!compiled.warnings.contains("theirs"))
  }

  @Test func twoPragmasForOneFileShareWhatTheyNeed() async throws {
    let scratch = try ScratchFolder()
    let compiled = try await scratch.compiled(
      "#pragma vmapcheck take \"mm/a.c\" f\n#pragma vmapcheck take \"mm/a.c\" struct s, g\n",
      tree: scratch.tree(kernel + "\nint g(struct s *s) { return f(s); }\n"))
    #expect(compiled.takes.map(\.taken.defined) == [["struct s", "f"], ["g"]])
  }

  @Test func aMissingNameIsAnAbsence() async throws {
    let scratch = try ScratchFolder()
    let outcome = try await scratch.compile(
      "\n#pragma vmapcheck take \"mm/a.c\" vmap_a\n", tree: scratch.tree(kernel))
    guard case .absent(let absence) = outcome else { throw UnexpectedOutcome() }
    #expect(absence.description == "linux 1.2.3 has no vmap_a in mm/a.c")
    #expect(absence.line == 2)
  }

  @Test func aMissingFileIsAnAbsence() async throws {
    let scratch = try ScratchFolder()
    let outcome = try await scratch.compile(
      "#pragma vmapcheck take \"mm/b.c\" f\n", tree: scratch.tree(kernel))
    guard case .absent(let absence) = outcome else { throw UnexpectedOutcome() }
    #expect(absence.description == "linux 1.2.3 has no mm/b.c")
  }

  @Test func aMissingOptionalNameIsLeftOut() async throws {
    let scratch = try ScratchFolder()
    let compiled = try await scratch.compiled(
      """
      #pragma vmapcheck take "mm/a.c" f, vmap_a?
      #if defined(HAVE_VMAP_A) || !defined(HAVE_F) || !defined(HAVE_STRUCT_S_A)
      #error
      #endif
      """, tree: scratch.tree(kernel))
    #expect(compiled.takes[0].taken.missing.map(\.name) == ["vmap_a"])
  }

  @Test func aSpecThatTakesNeedsATree() async throws {
    let scratch = try ScratchFolder()
    guard case .needsTree = try await scratch.compile("#pragma vmapcheck take \"a.c\" f\n")
    else { throw UnexpectedOutcome() }
  }

  @Test func aPathOutsideTheTreeIsAnErrorOfThePragma() async throws {
    let scratch = try ScratchFolder()
    let tree = try await scratch.tree(kernel)
    await #expect(throws: FrontendError.self) {
      try await scratch.compile("#pragma vmapcheck take \"../a.c\" f\n", tree: tree)
    }
  }

  /// With Debian's sources: linux 6.1 had no such function yet.
  @Test func udmabufHasBeenMappedSince6_12() async throws {
    let spec = try SpecSource(
      path: "s.c",
      text: "#pragma vmapcheck take \"drivers/dma-buf/udmabuf.c\" struct udmabuf, vmap_udmabuf\n")
    let new = try await KernelTree.open(
      at: "/usr/src/linux-source-6.12.tar.xz", files: spec.kernelFiles)
    let old = try await KernelTree.open(
      at: "/usr/src/linux-source-6.1.tar.xz", files: spec.kernelFiles)
    guard case .ready(let prepared) = try spec.prepare(tree: new) else {
      throw UnexpectedOutcome()
    }
    #expect(prepared.includes[0].taken.defined == ["struct udmabuf", "vmap_udmabuf"])
    guard case .absent(let absence) = try spec.prepare(tree: old) else {
      throw UnexpectedOutcome()
    }
    #expect(
      absence.description == "\(old.name) has no vmap_udmabuf in drivers/dma-buf/udmabuf.c")
  }
}
