// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KernelSource

@Suite struct ConditionTests {
  @Test func anItemUnderAConditionIsWrappedIntoIt() throws {
    let taken = try take("f", from: "#ifdef CONFIG_A\nint f(void) { return 1; }\n#endif\n")
    #expect(
      taken.text == """
        #line 1 "a.c"
        #ifdef CONFIG_A
        #define HAVE_F 1
        #line 2 "a.c"
        int f(void) { return 1; }
        #endif

        """)
  }

  @Test func bothDefinitionsOfANameAreTakenEachUnderItsCondition() throws {
    let text = """
      #if A
      int x;
      int f(void) { return 1; }
      #elif B
      int f(void) { return 2; }
      #else
      int f(void) { return 3; }
      #endif
      """
    #expect(
      try take("f", from: text).kernelText == """
        #if A
        int f(void) { return 1; }
        #endif
        #if A
        #elif B
        int f(void) { return 2; }
        #endif
        #if A
        #elif B
        #else
        int f(void) { return 3; }
        #endif

        """)
  }

  @Test func nestedConditionsAreAllRepeated() throws {
    let text = "#ifdef A\n#ifndef B\nint f(void) { return 1; }\n#endif\n#endif\n"
    let expected = "#ifdef A\n#ifndef B\nint f(void) { return 1; }\n#endif\n#endif\n"
    #expect(try take("f", from: text).kernelText == expected)
  }

  @Test func macrosOfAConditionAreTaken() throws {
    let text = "#define LIMIT 4\n#if LIMIT > 3\nint f(void) { return 1; }\n#endif\n"
    #expect(try take("f", from: text).defined == ["LIMIT", "f"])
  }

  @Test func anIncludeGuardIsNoCondition() throws {
    let text = "/* x */\n#ifndef A_H\n#define A_H\nint f(void) { return 1; }\n#endif /* A_H */\n"
    #expect(try take("f", from: text).kernelText == "int f(void) { return 1; }\n")
  }

  @Test func anApostropheInAnErrorLineIsProse() throws {
    let text = "#if A\n#error don't \"do that\n#endif\nint f(void) { return 1; }\n"
    #expect(try take("f", from: text).pieces.map(\.line) == [4])
  }

  @Test func aCommentCarriesAPreprocessorLineOn() throws {
    let text = "#define A 1 /* one\n { */ + 1\nint f(void) { return A; }\n"
    #expect(
      try take("f", from: text).kernelText
        == "#define A 1 /* one\n { */ + 1\nint f(void) { return A; }\n")
  }
}
