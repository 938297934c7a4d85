// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LLVMIR

struct TypeTests {
  private func type(_ text: String, with declarations: String = "") throws -> IRType {
    let module = try read("\(declarations)\n@g = external global \(text)")
    return try #require(module.globals["g"]).type
  }

  @Test func readsScalars() throws {
    #expect(try type("i1") == .integer(1))
    #expect(try type("i64") == .integer(64))
    #expect(try type("ptr") == .pointer)
  }

  @Test func readsAggregates() throws {
    #expect(try type("[3 x i16]") == .array(count: 3, element: .integer(16)))
    #expect(try type("{ i8, ptr }") == .structure(fields: [.integer(8), .pointer], packed: false))
    #expect(
      try type("<{ i8, i32 }>") == .structure(fields: [.integer(8), .integer(32)], packed: true))
    #expect(try type("{}") == .structure(fields: [], packed: false))
  }

  @Test func resolvesNamedTypesWhateverTheirOrder() throws {
    let named = """
      %struct.outer = type { %struct.inner, ptr }
      %struct.inner = type { i32 }
      %0 = type { i8 }
      %"struct.a b" = type { i16 }
      """
    let inner = IRType.structure(fields: [.integer(32)], packed: false)
    #expect(
      try type("%struct.outer", with: named)
        == .structure(fields: [inner, .pointer], packed: false))
    #expect(try type("%0", with: named) == .structure(fields: [.integer(8)], packed: false))
    #expect(
      try type("%\"struct.a b\"", with: named) == .structure(fields: [.integer(16)], packed: false))
  }

  @Test func namesWhatItDoesNotHave() throws {
    #expect(try type("double") == .unsupported("double"))
    #expect(try type("i128") == .unsupported("i128"))
    #expect(try type("<4 x i32>") == .unsupported("<4 x i32>"))
    #expect(try type("ptr addrspace(256)") == .unsupported("ptr addrspace(256)"))
    #expect(try type("%s", with: "%s = type opaque") == .unsupported("opaque %s"))
  }

  @Test func refusesTypesThatHoldThemselves() {
    #expect(failure("%a = type { %b }\n%b = type { %a }")?.message.contains("holds itself") == true)
  }

  @Test func refusesUndefinedTypes() {
    #expect(failure("@g = external global %s")?.message == "type %s is not defined")
  }

  @Test func refusesBottomlessTypes() {
    let text = String(repeating: "{", count: 100_000)
    let error = failure("@g = external global \(text)")
    #expect(error?.message == "types or constants are nested too deeply")
  }

  @Test func saysThatPointersAreTyped() throws {
    for text in [
      "@g = external global i8*", "@g = external global void (i32)*",
      "declare i8* @f(i8*)", "%s = type { %s* }",
    ] {
      let error = try #require(failure(text))
      #expect(error.message.contains("typed pointers"))
    }
  }
}
