// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import Testing

@testable import Execution

/// What the semantics does not have is an error with its place, never skipped.
struct UnsupportedTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The third line of the file.
    var line: String
    var message: String

    init(_ name: String, _ line: String, _ message: String) {
      testDescription = name
      self.line = line
      self.message = message
    }
  }

  static let cases = [
    Case("floating point", "int g(int x) { return x * 1.5f; }", "float"),
    Case("assembly", "int g(int x) { asm volatile(\"nop\" : \"+r\"(x)); return x; }", "assembly"),
    Case(
      "variable arguments",
      "int g(int x, ...) { __builtin_va_list l; __builtin_va_start(l, x); return x; }",
      "a variable number of arguments"),
    Case("variable length", "int g(int x) { int a[x]; a[0] = 1; return a[0]; }", "variable length"),
    Case("recursion", "int g(int x) { return x ? g(x - 1) : 0; }", "recursion"),
    Case(
      "mutual recursion",
      "int h(int x); int g(int x) { return h(x); } int h(int x) { return g(x); }",
      "recursion"),
    Case("unknown function", "int h(int); int g(int x) { return h(x); }", "h() is called"),
    Case(
      "unknown variable", "extern int v; int g(int x) { return v; }",
      "v is declared but the model of the kernel does not have it"),
    Case(
      "computed goto", "int g(int x) { void *p = &&l; goto *p; l: return x; }", "not supported"),
    Case(
      "wide integers", "int g(int x) { return (int)((__int128)x * x >> 3); }", "i128"),
    Case(
      "an intrinsic", "int g(int x) { __builtin_readcyclecounter(); return x; }",
      "the intrinsic llvm.readcyclecounter is not supported"),
  ]

  @Test(arguments: cases)
  func isAnErrorAtItsPlace(_ test: Case) throws {
    let program = try Toolchain.program(
      "\nunsigned long f(void);\n\(test.line)\nunsigned long f(void)\n{\n  return g(3);\n}\n")
    let error = #expect(throws: ExecutionError.self) { try program.run("f") }
    let message = try #require(error?.message)
    #expect(message.contains(test.message), "\(message)")
    #expect(error?.callStack.first?.file == "test.c")
    #expect(error?.callStack.first?.line == 3 || error?.callStack.first?.line == 6)
    #expect(error?.callStack.last?.function == "f")
    #expect(error?.callStack.last?.line == 6)
  }

  @Test func threadLocalVariablesAreRefused() throws {
    let error = #expect(throws: ExecutionError.self) {
      try Toolchain.program("\n__thread int own = 3;\nlong f(void) { return own; }\n")
    }
    #expect(error?.message == "thread-local variables are not supported: own")
    #expect(error?.callStack.first?.line == 2)
  }

  @Test func whatIsNotReachedIsNoError() throws {
    let program = try Toolchain.program(
      "int h(int); float x(float y) { return y / 2; } long f(long a) { return a ? 7 : h(1); }")
    #expect(try program.run("f", [1]) == Run(result: 7))
  }

  @Test func aCompilerBarrierIsNothing() throws {
    let program = try Toolchain.program(
      "long f(void) { asm volatile(\"\" : : : \"memory\"); return 4; }")
    #expect(try program.run("f") == Run(result: 4))
  }
}
