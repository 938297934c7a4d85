// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Frontend

/// Which faults a text of C can be given.
@Suite struct MutantTests {
  /// The faulty lines that a statement in a function can become.
  private func lines(_ statement: String, _ fault: Mutant.Fault) throws -> [String] {
    let text = "static int f(int *a, int i)\n{\n\t\(statement)\n}\n"
    return MutantFinder(text, file: "s.c", part: 0).mutants(of: ["f"])
      .filter { $0.fault == fault }.map(\.after)
  }

  @Test(
    arguments: [
      ("return i < 7;", Mutant.Fault.offByOne, ["return i <= 7;", "return i < 8;"]),
      ("return a->b - g(i)[1];", .swappedOperands, ["return g(i)[1] - a->b;"]),
      ("return g(i + 1, a);", .swappedOperands, ["return g(a, i + 1);"]),
      ("return i + (long)a[0] + 2;", .droppedOperand, ["return i + 2;", "return i + (long)a[0];"]),
      ("return i << 3;", .wrongOperator, ["return i >> 3;"]),
      ("if (g(i)) return 1;", .droppedCheck, ["if ((g(i)) && 0) return 1;"]),
      ("if (i) return 1;", .failingCheck, ["if ((i) || 1) return 1;"]),
      ("unsigned long x = i;", .wrongWidth, ["unsigned int x = i;"]),
      ("return a[i];", .wrongIndex, ["return a[0];", "return a[i + 1];"]),
      ("kfree(a);", .droppedStatement, [";"]),
      ("i += 2;", .droppedStatement, [";"]),
    ] as [(String, Mutant.Fault, [String])])
  func aStatementHasFaults(
    _ statement: String, _ fault: Mutant.Fault, _ expected: [String]
  ) throws {
    #expect(try lines(statement, fault) == expected)
  }

  @Test(arguments: [
    "unsigned long *x;", "int *b = a;", "vmap_assume(a[i] < 4);", "/* i + 1 */ ;", "g(\"1 + 2\");",
  ])
  func whatIsNoCodeOfTheStrategyHasNone(_ statement: String) throws {
    let faults: [Mutant.Fault] = [.offByOne, .wrongOperator, .droppedOperand, .wrongWidth]
    for fault in faults { #expect(try lines(statement, fault) == []) }
  }

  @Test func onlyFunctionsOfTheStrategyHaveAny() throws {
    let text = """
      static int helper(void) { return 1; }
      static int map(void) { return helper(); }
      static void restrict(void) { other(2); }
      static int unused(void) { return 3; }
      VMAP_SPEC(s) = { .map = map, .assume = restrict };
      """
    let spec = PreparedSpec(path: "s.c", text: text, includes: [])
    #expect(spec.functions(of: "s") == ["map", "helper"])
  }

  @Test func aFaultStandsInTheTextWithItsLine() throws {
    let text = "static int f(int i)\n{\n\treturn i < 7;\n}\n"
    let spec = PreparedSpec(path: "s.c", text: text, includes: [])
    let mutant = try #require(spec.mutants(of: ["f"]).first)
    #expect(mutant.line == 3)
    #expect(mutant.before == "return i < 7;")
    #expect(spec.with(mutant).text == text.replacing("<", with: "<="))
  }

  @Test func takenTextHasTheKernelsLines() throws {
    let text = "#line 40 \"mm/a.c\"\nint f(int i)\n{\n\treturn i < 7;\n}\n"
    let mutants = MutantFinder(text, file: "a.c", part: 1).mutants(of: ["f"])
    #expect(mutants.first?.file == "mm/a.c")
    #expect(mutants.first?.line == 42)
  }
}
