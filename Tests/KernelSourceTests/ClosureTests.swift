// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KernelSource

@Suite struct ClosureTests {
  private let text = """
    #define ONE 1
    #define TWO(x) \\
    \t(ONE + (x))
    #define UNUSED 3
    struct inner { int a; };
    struct outer {
    \tstruct inner in;
    \tint n[ONE];
    };
    union either { int i; char c; };
    enum mode { OFF, ON = TWO(1) };
    typedef struct outer outer_t;
    static const int table[] = { 1, 2 };
    int f(outer_t *o) { return o->n[0] + ON; }
    int g(void) { return table[0]; }
    """

  @Test func macrosAndTypesComeTransitively() throws {
    #expect(
      try take("f", from: text).defined
        == ["ONE", "TWO", "struct inner", "struct outer", "enum mode", "OFF", "ON", "outer_t", "f"])
  }

  @Test func aMacroOverSeveralLinesComesWhole() throws {
    let expected = "#define ONE 1\n#define TWO(x) \\\n\t(ONE + (x))\n"
    #expect(try take("TWO", from: text).kernelText == expected)
  }

  @Test func whatIsAlreadyDefinedIsLeftOut() throws {
    let taken = try take("f", from: text, alreadyDefined: ["struct outer", "ON"])
    #expect(taken.defined == ["outer_t", "f"])
  }

  @Test func aVariableIsTakenOnlyByName() throws {
    #expect(try take("g", from: text).defined == ["g"])
    #expect(try take("table", from: text).kernelText == "static const int table[] = { 1, 2 };\n")
  }

  @Test func aTagIsNotAnOrdinaryName() throws {
    let text = "struct s { int a; };\nint f(int s) { return s; }\n"
    #expect(try take("f", from: text).defined == ["f"])
  }

  @Test func namesInCommentsAndStringsAreNoMentions() throws {
    let text = "#define A 1\nchar *f(void) { /* A */ return \"A\"; }\n"
    #expect(try take("f", from: text).defined == ["f"])
  }

  @Test func aForwardDeclarationIsNoDefinition() throws {
    let text = "struct s;\nint f(struct s *p) { return !p; }\n"
    #expect(try take("f", from: text).defined == ["f"])
  }

  @Test func anUndefComesWithItsMacro() throws {
    let text = "#define A 1\nint f(void) { return A; }\n#undef A\n#define A 2\n"
    #expect(try take("f", from: text).pieces.map(\.line) == [1, 2, 3, 4])
  }
}
