// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LLVMIR

struct ConstantTests {
  private func byte(_ value: UInt64) -> TypedConstant {
    TypedConstant(type: .integer(8), value: .integer(value, width: 8))
  }

  @Test func integersAreZeroExtended() throws {
    #expect(try initializer("i8 -15") == .integer(241, width: 8))
    #expect(try initializer("i64 -1") == .integer(.max, width: 64))
    #expect(try initializer("i64 18446744073709551615") == .integer(.max, width: 64))
    #expect(try initializer("i64 -9223372036854775808") == .integer(1 << 63, width: 64))
    #expect(try initializer("i1 true") == .integer(1, width: 1))
    #expect(try initializer("i1 false") == .integer(0, width: 1))
  }

  @Test func refusesIntegersThatDoNotFit() {
    #expect(failure("@g = global i8 256") != nil)
    #expect(failure("@g = global i8 -129") != nil)
    #expect(failure("@g = global i64 18446744073709551616") != nil)
    #expect(failure("@g = global ptr 5") != nil)
  }

  @Test func stringsAreBytesWithEscapesDecoded() throws {
    #expect(
      try initializer(#"[6 x i8] c"a\22b\\\0A\00""#)
        == .aggregate([97, 34, 98, 92, 10, 0].map(byte)))
  }

  @Test func refusesAStringOfAnotherLength() {
    #expect(failure(#"@g = global [3 x i8] c"ab""#) != nil)
  }

  @Test func readsPlainValues() throws {
    #expect(try initializer("ptr null") == .null)
    #expect(try initializer("i32 undef") == .undefined)
    #expect(try initializer("{ i64, ptr } poison") == .undefined)
    #expect(try initializer("[4 x i32] zeroinitializer") == .zero)
    #expect(try initializer("ptr @h", with: "@h = external global i8") == .global("h"))
  }

  @Test func readsAggregates() throws {
    #expect(try initializer("[2 x i8] [i8 1, i8 2]") == .aggregate([byte(1), byte(2)]))
    #expect(try initializer("{ i8, i8 } { i8 1, i8 2 }") == .aggregate([byte(1), byte(2)]))
    #expect(try initializer("<{ i8 }> <{ i8 1 }>") == .aggregate([byte(1)]))
    #expect(try initializer("[0 x i8] []") == .aggregate([]))
  }

  @Test func refusesAggregatesOfAnotherShape() {
    #expect(failure("@g = global [2 x i8] [i8 1]") != nil)
    #expect(failure("@g = global [1 x i8] [i16 1]") != nil)
    #expect(failure("@g = global { i8 } { i8 1, i8 2 }") != nil)
  }

  @Test func readsAddressComputations() throws {
    let h = TypedConstant(type: .pointer, value: .global("h"))
    let index = TypedConstant(type: .integer(64), value: .integer(8, width: 64))
    let address = Constant.elementPointer(source: .integer(8), base: h, indices: [index])
    let declared = "@h = external global i8"
    #expect(
      try initializer("ptr getelementptr inbounds nuw (i8, ptr @h, i64 8)", with: declared)
        == address)
    #expect(
      try initializer("ptr getelementptr inrange(-8, 8) (i8, ptr @h, i64 8)", with: declared)
        == address)
    #expect(
      try initializer("i64 ptrtoint (ptr getelementptr (i8, ptr @h, i64 8) to i64)", with: declared)
        == .cast(.ptrtoint, TypedConstant(type: .pointer, value: address), to: .integer(64)))
    #expect(try initializer("ptr inttoptr (i64 8 to ptr)") == .cast(.inttoptr, index, to: .pointer))
    #expect(try initializer("i64 sub nsw (i64 8, i64 8)") == .binary(.sub, index, index))
  }

  @Test func refusesExpressionsOfWrongTypes() {
    #expect(failure("@g = global i32 ptrtoint (ptr null to i64)") != nil)
    #expect(failure("@g = global i64 trunc (i32 1 to i64)") != nil)
    #expect(failure("@g = global ptr getelementptr ({ i8 }, ptr null, i32 0, i32 1)") != nil)
  }

  @Test func namesWhatItDoesNotHave() throws {
    #expect(try initializer("double 1.5") == .unsupported("constant double 1.5"))
    #expect(try initializer("i128 5") == .unsupported("constant i128 5"))
    #expect(try initializer("<2 x i8> <i8 1, i8 2>") == .unsupported("a vector constant"))
    #expect(
      try initializer("ptr blockaddress(@f, %b)", with: "declare void @f()")
        == .unsupported("constant blockaddress"))
  }

  @Test func refusesBottomlessExpressions() {
    let text = String(repeating: "sub (i64 ", count: 100_000)
    let error = failure("@g = global i64 \(text)")
    #expect(error?.message == "types or constants are nested too deeply")
  }

  @Test func zeroNeedsNoSemantics() throws {
    #expect(try initializer("double 0.000000e+00") == .zero)
    #expect(try initializer("i128 0") == .zero)
    #expect(
      try initializer("double -0.000000e+00") == .unsupported("constant double -0.000000e+00"))
  }
}
