// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Execution

struct LinkingTests {
  @Test(arguments: [false, true])
  func aStrongFunctionWinsOverAWeakOne(_ isReversed: Bool) throws {
    let texts = [
      "__attribute__((weak)) long g(void) { return 1; } long g(void); long f(void) { return g(); }",
      "long g(void) { return 2; }",
    ]
    let modules = try Toolchain.modules(isReversed ? texts.reversed() : texts)
    let program = try Program(modules.map { Program.Unit(module: $0, isStrategy: true) })
    #expect(try program.run("f") == Run(result: 2))
  }

  @Test func aStrongVariableWinsOverAWeakOne() throws {
    let program = try Toolchain.program(
      "__attribute__((weak)) int v = 1; long f(void) { return v; }", "int v = 2;")
    #expect(try program.run("f") == Run(result: 2))
  }

  @Test func aWeakFunctionAloneIsCalled() throws {
    let program = try Toolchain.program(
      "__attribute__((weak)) long g(void) { return 1; }",
      "long g(void); long f(void) { return g(); }")
    #expect(try program.run("f") == Run(result: 1))
  }

  @Test func internalNamesOfTwoModulesDoNotClash() throws {
    let program = try Toolchain.program(
      "static long v = 1; static long g(void) { return v; } long h(void) { return g(); }",
      """
      static long v = 10; static long g(void) { return v; }
      long h(void); long f(void) { return h() + g(); }
      """)
    #expect(try program.run("f") == Run(result: 11))
  }

  @Test func internalNamesHideSharedOnes() throws {
    let program = try Toolchain.program(
      "long g(void) { return 1; } long v = 5;",
      "static long v = 7; static long g(void) { return 2; } long f(void) { return g() + v; }")
    #expect(try program.run("f") == Run(result: 9))
  }

  @Test func stringsOfTwoModulesAreTheirOwn() throws {
    let program = try Toolchain.program(
      "const char *g(void) { return \"abc\"; }",
      "const char *g(void); long f(void) { return g()[0] * 256 + \"xyz\"[0]; }")
    #expect(try program.run("f") == Run(result: 97 * 256 + 120))
  }

  @Test(arguments: ["long g(void) { return 1; }", "int g = 4;"])
  func twoStrongDefinitionsAreAnError(_ text: String) throws {
    let modules = try Toolchain.modules([text, text])
    let error = #expect(throws: ExecutionError.self) {
      try Program(modules.map { Program.Unit(module: $0, isStrategy: true) })
    }
    #expect(error?.message.hasPrefix("g is defined twice") == true)
  }

  @Test func addressesCrossModules() throws {
    let program = try Toolchain.program(
      "long a[3] = { 1, 2, 3 }; long twice(long x) { return 2 * x; }",
      """
      extern long a[3]; long twice(long); long *p = &a[1]; long (*t)(long) = twice;
      long f(void) { return t(*p) + p[1]; }
      """)
    #expect(try program.run("f") == Run(result: 7))
  }
}
