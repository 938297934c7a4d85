// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelSource
import Testing

@testable import Frontend

@Suite struct CompileTests {
  private static let spec = """
    #include <vmapcheck/spec.h>
    unsigned int f(size_t n)
    {
    \tunsigned int m = n * 8;
    \treturn m + model(1);
    }
    """

  @Test func aSpecAndItsEnvironmentBecomeIR() async throws {
    let compiled = try await ScratchFolder().compiled(Self.spec)
    #expect(compiled.spec.name == "Specs/s.c")
    #expect(compiled.spec.irText.contains("define dso_local i32 @f(i64"))
    #expect(compiled.environment.map(\.name) == ["environment/model/a.c"])
    #expect(compiled.environment[0].irText.contains("define dso_local i32 @model(i32"))
    #expect(compiled.warnings == "")
    #expect(compiled.clangVersion.contains("clang version 21."))
  }

  @Test func onlyTheSpecsArithmeticIsWatched() async throws {
    let compiled = try await ScratchFolder().compiled(Self.spec)
    #expect(compiled.spec.irText.contains("@__ubsan_handle_mul_overflow_minimal"))
    #expect(compiled.spec.irText.contains("@__ubsan_handle_implicit_conversion_minimal"))
    #expect(!compiled.environment[0].irText.contains("__ubsan"))
  }

  @Test func theIRDoesNotDependOnWhereThingsLie() async throws {
    let first = try await ScratchFolder().compiled(Self.spec)
    let second = try await ScratchFolder().compiled(Self.spec)
    #expect(first.spec.irText == second.spec.irText)
    #expect(first.hash == second.hash)
  }

  @Test func theHashIsOfTheTextTheKernelAndTheEnvironment() async throws {
    let scratch = try ScratchFolder()
    let first = try await scratch.compiled(Self.spec)
    let other = try await scratch.compiled(Self.spec + "\n")
    let kernel = try await scratch.compiled(Self.spec, tree: scratch.tree(""))
    try scratch.write("/* changed */\n", to: "kernel/model/a.c")
    let environment = try await scratch.compiled(Self.spec)
    #expect(Set([first, other, kernel, environment].map(\.hash)).count == 4)
  }

  @Test func theKernelsVersionIsDefined() async throws {
    let scratch = try ScratchFolder()
    let text = "int v = VMAPCHECK_KERNEL_VERSION;\n"
    let compiled = try await scratch.compiled(text, tree: scratch.tree(""))
    #expect(compiled.spec.irText.contains("@v = dso_local global i32 \(0x01_02_03)"))
    #expect(try await scratch.messages(text).contains("VMAPCHECK_KERNEL_VERSION"))
  }

  @Test func headersBesideTheSpecAreFound() async throws {
    let scratch = try ScratchFolder()
    try scratch.write("int helper(void);\n", to: "specs/helper.h")
    let path = try scratch.write(
      "#include \"helper.h\"\nint f(void) { return helper(); }\n", to: "specs/s.c")
    let outcome = try await scratch.frontend().compile(
      spec: try SpecSource(contentsOf: path), tree: nil)
    guard case .compiled = outcome else { throw UnexpectedOutcome() }
  }

  @Test func warningsAreKept() async throws {
    let compiled = try await ScratchFolder().compiled("void f(void)\n{\n\tint unused;\n}\n")
    #expect(compiled.warnings.contains("Specs/s.c:3:6: warning: unused variable"))
  }

  @Test(arguments: [
    "void f(void) { g(); }", "int *f(void) { return 1; }",
    "int *f(char *p) { return p; }",
  ])
  func carelessCIsRefused(text: String) async throws {
    #expect(try await ScratchFolder().messages(text).hasPrefix("Specs/s.c:1:"))
  }

  @Test func anErrorInTheEnvironmentIsReported() async throws {
    let scratch = try ScratchFolder()
    try scratch.write("int f(void) { return x; }\n", to: "kernel/model/b.c")
    #expect(try await scratch.messages(Self.spec).contains("model/b.c:1:22: error: "))
  }

  @Test func aMissingEnvironmentIsNamed() async throws {
    let frontend = Frontend(
      clang: try await Clang.find(), environment: URL(fileURLWithPath: "/nowhere"))
    let spec = try SpecSource(path: "s.c", text: "int x;\n")
    await #expect(throws: FrontendError.environmentMissing(path: "/nowhere")) {
      try await frontend.compile(spec: spec, tree: nil)
    }
  }

  @Test func manySpecsAreCompiledAtOnce() async throws {
    let scratch = try ScratchFolder()
    let frontend = try await scratch.frontend()
    try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<8 {
        group.addTask {
          let spec = try SpecSource(path: "\(number).c", text: "int x\(number);\n")
          guard case .compiled(let compiled) = try await frontend.compile(spec: spec, tree: nil)
          else { throw UnexpectedOutcome() }
          return compiled.spec.name
        }
      }
      let names = try await group.reduce(into: Set<String>()) { $0.insert($1) }
      #expect(names.count == 8)
    }
  }

  @Test func cancellationStopsACompilation() async throws {
    let scratch = try ScratchFolder()
    let frontend = try await scratch.frontend()
    // Doubling a hundred times keeps clang busy for longer than the test waits.
    let text =
      "#define A0(x) x x\n"
      + (1...40).map { "#define A\($0)(x) A\($0 - 1)(x) A\($0 - 1)(x)\n" }.joined()
      + "int f(int a) { A40(a++;) return a; }\n"
    let spec = try SpecSource(path: "s.c", text: text)
    let task = Task { try await frontend.compile(spec: spec, tree: nil) }
    try await Task.sleep(for: .milliseconds(300))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func aCancelledSpecDoesNotHoldUpAnother() async throws {
    let scratch = try ScratchFolder()
    let frontend = try await scratch.frontend()
    let spec = try SpecSource(path: "s.c", text: "int x;\n")
    let first = Task { try await frontend.compile(spec: spec, tree: nil) }
    let second = Task { try await frontend.compile(spec: spec, tree: nil) }
    first.cancel()
    guard case .compiled = try await second.value else { throw UnexpectedOutcome() }
  }
}
