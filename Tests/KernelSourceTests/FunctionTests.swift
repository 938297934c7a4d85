// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KernelSource

@Suite struct FunctionTests {
  @Test func aFunctionComesUnmodifiedBehindItsLine() throws {
    let text = """
      int before;

      /* about f */
      static int f(int a,
      \t     int b)
      {
      \treturn a + b;\t/* sum */
      }
      EXPORT_SYMBOL(f);
      """
    let taken = try take("f", from: text)
    #expect(
      taken.text == """
        #define HAVE_F 1
        #line 4 "a.c"
        static int f(int a,
        \t     int b)
        {
        \treturn a + b;\t/* sum */
        }

        """)
  }

  @Test(arguments: [
    "static int\nf(void)\n{\n}",
    "int f(void) { return '{' + '\\'' + \"}\\\"{\"[0]; }",
    "int f(void) { /* } */ return 0; // }\n}",
    "struct s *f(struct s *p) { return p; }",
    "struct s f(void) { struct s x = { 1 }; return x; }",
    "__printf(1, 2) int f(const char *s, ...) { return 0; }",
    "static __always_inline int f(void) __must_hold(&l) { return 0; }",
    "int __attribute__((noinline)) f(void) { return 0; }",
    "void f(int (*g)(int)) { g(1); }",
    "static noinline int f(void)\n\t__acquires(x)\n{ return ({ int y = 1; y; }); }",
  ])
  func aFunctionIsFoundHoweverItIsWritten(function: String) throws {
    let taken = try take("f", from: "int a;\n\(function)\nint z(void) { return f(); }\n")
    #expect(taken.kernelText == function + "\n")
  }

  @Test func aMacroCallWithoutSemicolonIsNotPartOfTheNextItem() throws {
    let taken = try take("f", from: "module_init(x)\nstatic int f(void) { return 0; }\n")
    #expect(taken.pieces.map(\.line) == [2])
    #expect(taken.kernelText == "static int f(void) { return 0; }\n")
  }

  @Test func branchesMayOpenTheSameBlockTwice() throws {
    let function = """
      int f(int a)
      {
      #ifdef A
      \tif (a) {
      #else
      \tif (!a) {
      #endif
      \t\treturn 1;
      \t}
      \treturn 0;
      }
      """
    let taken = try take("f", from: function + "\nint g(void) { return 0; }\n")
    #expect(taken.kernelText == function + "\n")
  }

  @Test func aFunctionMayEndInBothBranches() throws {
    let function = "int f(int a)\n{\n#if A\n\treturn 1;\n}\n#else\n\treturn 2;\n}\n#endif"
    let taken = try take("f", from: function + "\nint g(void) { return 0; }\n")
    #expect(taken.kernelText == function + "\n")
    #expect(try take("g", from: function + "\nint g(void) { return 0; }\n").pieces[0].line == 10)
  }

  @Test func aSignatureMayDependOnACondition() throws {
    let function = "#ifdef A\nstatic int f(int a)\n#else\nstatic int f(void)\n#endif\n{\n}"
    let taken = try take("f", from: "int x;\n" + function + "\n")
    #expect(taken.kernelText == function + "\n")
    #expect(taken.pieces.map(\.line) == [2])
  }

  @Test func prototypesOfTakenFunctionsComeAlong() throws {
    let text = """
      static int later(int);
      static int other(int);
      int f(void) { return later(1); }
      static int later(int a) { return a; }
      """
    let taken = try take("f", "later", from: text)
    #expect(taken.pieces.map(\.line) == [1, 3, 4])
    #expect(taken.haves == ["F", "LATER"])
  }

  @Test func aPrototypeAloneIsNoDefinition() {
    #expect(throws: KernelSourceError.self) { try take("f", from: "extern int f(int);\n") }
  }

  @Test func calledFunctionsAreNotTakenUnasked() throws {
    let text = "static int g(void) { return 1; }\nint f(void) { return g(); }\n"
    #expect(try take("f", from: text).defined == ["f"])
  }

  @Test func itemsComeInTheOrderOfTheFile() throws {
    let text = "int a(void) { return 0; }\nint b(void) { return 0; }\n"
    #expect(try take("b", "a", from: text).pieces.map(\.line) == [1, 2])
  }
}
