// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LLVMIR

struct ModuleTests {
  @Test func knowsSourceFileAndProducer() throws {
    let module = try read(
      """
      source_filename = "a\\22b.c"
      !llvm.ident = !{!0}
      !0 = !{!"clang version 21.0.0 (https://example.org)"}
      """)
    #expect(module.sourceFile == "a\"b.c")
    #expect(module.producer == "clang version 21.0.0 (https://example.org)")
  }

  @Test func aModuleWithoutIdentHasNoProducer() throws {
    #expect(try read("declare void @f()").producer == nil)
  }

  @Test func readsLinkage() throws {
    let module = try read(
      """
      @a = internal unnamed_addr constant i8 1, align 1
      @b = weak dso_local global i8 1, section ".init.data", align 1
      @c = external dso_local global i8, align 1
      @d = extern_weak global i8
      @e = dso_local thread_local(localexec) global i8 0
      define internal void @f() {
        ret void
      }
      define weak dso_local void @g() #0 section ".text" align 16 {
        ret void
      }
      attributes #0 = { nounwind "a"="b" }
      """)
    #expect(module.globals["a"]?.isInternal == true)
    #expect(module.globals["a"]?.isConstant == true)
    #expect(module.globals["b"]?.isWeak == true)
    #expect(module.globals["b"]?.section == ".init.data")
    #expect(module.globals["c"]?.initializer == nil)
    #expect(module.globals["d"]?.isWeak == true)
    #expect(module.globals["d"]?.initializer == nil)
    #expect(module.globals["e"]?.isThreadLocal == true)
    #expect(module.functions["f"]?.isInternal == true)
    #expect(module.functions["g"]?.isWeak == true)
  }

  @Test func readsQuotedNames() throws {
    let module = try read(
      """
      @"a b" = global ptr @"\\01plain"
      declare void @plain()
      """)
    #expect(module.globals["a b"]?.initializer == .global("plain"))
  }

  @Test func readsDeclarations() throws {
    let module = try read(
      "declare !dbg !0 dso_local noundef i32 @f(ptr noundef captures(none), i64, ...) #1\n!0 = !DISubprogram(name: \"f\")"
    )
    let function = try #require(module.functions["f"])
    #expect(!function.isDefined)
    #expect(function.isVariadic)
    #expect(function.returnType == .integer(32))
    #expect(function.parameters.map(\.type) == [.pointer, .integer(64)])
  }

  @Test func readsStructsPassedByValue() throws {
    let module = try read(
      """
      %s = type { [5 x i64] }
      define void @f(ptr dead_on_unwind noalias writable sret(%s) align 8 %r, ptr noundef byval(%s) align 8 %a) {
        call void @f(ptr sret(%s) align 8 %r, ptr byval(%s) align 8 %a)
        ret void
      }
      """)
    let type = IRType.structure(fields: [.array(count: 5, element: .integer(64))], packed: false)
    let function = try #require(module.functions["f"])
    #expect(function.parameters[0].isStructReturn)
    #expect(function.parameters[0].byValue == nil)
    #expect(function.parameters[1].byValue == type)
    guard case .call(let call)? = function.blocks.first?.instructions.first?.operation else {
      Issue.record("no call")
      return
    }
    #expect(call.byValue == [nil, type])
  }

  @Test func keepsFileScopeAssembly() throws {
    #expect(try read("module asm \".globl foo\\09\"").assembly == [".globl foo\t"])
  }

  @Test func refusesAliases() throws {
    let error = try #require(failure("declare void @f()\n@a = dso_local alias void (), ptr @f"))
    #expect(error.line == 2)
    #expect(error.message == "@a: an alias is not supported")
  }

  @Test func refusesOtherTargets() {
    #expect(failure("target triple = \"aarch64-linux-gnu\"")?.message.contains("aarch64") == true)
  }

  @Test func refusesSymbolsWithoutDefinition() {
    #expect(failure("@g = global ptr @h")?.message == "@h is not defined")
  }

  @Test func refusesSymbolsDefinedTwice() {
    #expect(failure("@g = global i8 0\n@g = global i8 1")?.line == 2)
  }

  @Test func refusesGarbage() {
    #expect(failure("") != nil)
    #expect(failure("\n; only a comment\n") != nil)
    #expect(failure("int main(void) { return 0; }")?.message == "this is no LLVM IR")
    #expect(failure("BC\u{1}\u{2}\u{0}\u{7F}") != nil)
  }

  @Test func saysWhereATextIsTruncated() throws {
    let error = try #require(failure("\ndefine void @f() {\nentry:\n  ret void\n"))
    #expect(error.line == 2)
    #expect(error.description.hasPrefix("test.ll:2: the text ends within a function"))
  }
}
