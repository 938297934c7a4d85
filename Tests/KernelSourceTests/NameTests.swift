// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KernelSource

@Suite struct NameTests {
  @Test(arguments: [
    ("static int x = 1, *y;", "y"),
    ("static const struct ops o __read_mostly = { .a = f };", "o"),
    ("int (*hook)(int) = 0;", "hook"),
    ("static struct s __percpu *p;", "p"),
    ("static DEFINE_MUTEX(lock);", "lock"),
    ("DEFINE_PER_CPU(struct s, queue);", "queue"),
    ("static LIST_HEAD(list);", "list"),
    ("typedef int (*fn_t)(int);", "fn_t"),
    ("typedef int callback_t(int);", "callback_t"),
    ("typedef struct { int a; } t;", "t"),
    ("static struct { int a; } one;", "one"),
    ("enum { A = 1, B };", "B"),
    ("int arr[] = { [0 ... 3] = 1 };", "arr"),
    ("struct s __aligned(8) {\n\tint a;\n} __packed;", "struct s"),
    ("union u { int i; };", "union u"),
    ("enum e { C };", "enum e"),
    ("struct __unknown_attribute s { int a; };", "struct s"),
  ])
  func anItemIsFoundByTheNameItDeclares(item: String, name: String) throws {
    let taken = try take(name, from: "int first;\n\(item)\nint last(void) { return 0; }\n")
    #expect(taken.kernelText == item + "\n")
  }

  @Test func everyMemberOfAStructHasItsMacro() throws {
    let text = """
      struct s {
      \tunsigned long count, *offsets;
      \tunsigned int flag : 1;
      \tint (*fn)(int a, int b);
      \tstruct { int inner; };
      \tunion { int i; } named;
      \tDECLARE_BITMAP(used, BITS);
      \tchar tail[] __counted_by(count);
      };
      """
    #expect(
      try take("struct s", from: text).haves.map { $0.replacing("STRUCT_S_", with: "") }
        == ["STRUCT_S", "COUNT", "OFFSETS", "FLAG", "FN", "INNER", "NAMED", "USED", "BITS", "TAIL"])
  }

  @Test func aMembersMacroDependsOnTheMembersCondition() throws {
    let text = "struct s {\n\tint a;\n#ifdef B\n\tint b;\n#endif\n};\n"
    #expect(
      try take("struct s", from: text).text.hasPrefix(
        """
        #define HAVE_STRUCT_S 1
        #define HAVE_STRUCT_S_A 1
        #line 3 "a.c"
        #ifdef B
        #define HAVE_STRUCT_S_B 1
        #endif
        #line 1 "a.c"
        """))
  }

  @Test func aMissingNameIsAnErrorThatNamesIt() {
    let error = KernelSourceError.namesMissing(
      [TakeName("f")], file: "a.c", tree: "linux 0.0.0")
    #expect(throws: error) { try take("f", from: "int g;\n") }
    #expect(error.description == "linux 0.0.0 has no f in a.c")
  }

  @Test func aMissingOptionalNameIsReportedAndHasNoMacro() throws {
    let taken = try take("f?", "g", from: "int g(void) { return 0; }\n")
    #expect(taken.missing.map(\.name) == ["f"])
    #expect(taken.haves == ["G"])
  }

  @Test(arguments: ["", "?", "struct", "a b", "struct struct", "1a", "a-b", "union a b", "a??"])
  func whatIsNoNameIsRefused(text: String) {
    #expect(TakeName(parsing: text) == nil)
  }
}
