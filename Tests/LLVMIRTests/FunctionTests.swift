// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LLVMIR

struct FunctionTests {
  private func function(_ text: String) throws -> Function {
    try #require(try read(text).functions["f"])
  }

  @Test func parametersAreTheFirstRegisters() throws {
    let function = try function(
      """
      define i32 @f(ptr %p, i32 %x) {
      entry:
        %sum = add i32 %x, 1
        ret i32 %sum
      }
      """)
    #expect(function.registerNames == ["p", "x", "sum"])
    #expect(function.registerCount == 3)
    #expect(function.blocks.map(\.label) == ["entry"])
    #expect(function.blocks[0].instructions[0].result == 2)
  }

  @Test func blocksAndRegistersMayBeMentionedBeforeTheyAreDefined() throws {
    let function = try function(
      """
      define void @f() {
      entry:
        br label %last
      middle:
        %b = add i32 %a, 1
        ret void
      last:                                       ; preds = %entry
        %a = add i32 1, 1
        br label %middle
      }
      """)
    #expect(function.blocks.map(\.label) == ["entry", "middle", "last"])
    guard case .branch(2) = function.blocks[0].instructions[0].operation else {
      Issue.record("not the last block")
      return
    }
    #expect(function.blocks[2].instructions[0].result == 1)
  }

  @Test func blocksAndRegistersMayBeNumbered() throws {
    let function = try function(
      """
      define i32 @f(i32 %0) {
        %2 = icmp eq i32 %0, 0
        br i1 %2, label %3, label %4

      3:                                                ; preds = %1
        br label %4

      4:
        %5 = phi i32 [ 0, %1 ], [ 7, %3 ]
        ret i32 %5
      }
      """)
    #expect(function.blocks.map(\.label) == ["1", "3", "4"])
    #expect(function.registerNames == ["0", "2", "5"])
  }

  @Test func labelsMayBeQuoted() throws {
    let function = try function(
      """
      define void @f() {
        br label %"a b"
      "a b":
        ret void
      }
      """)
    #expect(function.blocks.map(\.label) == ["0", "a b"])
  }

  @Test func refusesUndefinedRegisters() {
    #expect(failure("define i32 @f() {\n  ret i32 %x\n}")?.message == "%x is not defined")
  }

  @Test func refusesUndefinedBlocks() {
    let error = failure("define void @f() {\n  br label %x\n}")
    #expect(error?.message == "there is no block %x")
    #expect(error?.line == 2)
  }

  @Test func refusesRegistersDefinedTwice() {
    #expect(
      failure("define void @f(i32 %x) {\n  %x = add i32 1, 1\n  ret void\n}")?.message
        == "%x is defined twice")
  }

  @Test func refusesRegistersOfTwoTypes() {
    #expect(failure("define i64 @f(i32 %x) {\n  ret i64 %x\n}")?.message.contains("%x") == true)
  }

  @Test func refusesABlockWithoutItsEnd() {
    #expect(failure("define void @f() {\na:\n  fence seq_cst\nb:\n  ret void\n}") != nil)
    #expect(failure("define void @f() {\na:\n  fence seq_cst\n}") != nil)
    #expect(failure("define void @f() {\na:\n  ret void\n  ret void\n}") != nil)
    #expect(failure("define void @f() {\n}") != nil)
  }

  @Test func refusesALabelGivenTwice() {
    #expect(failure("define void @f() {\na:\n  br label %a\na:\n  ret void\n}") != nil)
  }
}
