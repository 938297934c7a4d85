// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LLVMIR

struct LayoutTests {
  @Test func integersAreRoundedToTheirAlignment() {
    #expect(IRType.integer(1).storeSize == 1)
    #expect(IRType.integer(24).storeSize == 3)
    #expect(IRType.integer(24).allocSize == 4)
    #expect(IRType.integer(37).storeSize == 5)
    #expect(IRType.integer(37).allocSize == 8)
    #expect(IRType.integer(16).alignment == 2)
    #expect(IRType.integer(64).alignment == 8)
  }

  @Test func pointersTakeEightBytes() {
    #expect(IRType.pointer.allocSize == 8)
    #expect(IRType.pointer.alignment == 8)
  }

  @Test func arraysRepeatTheirElement() {
    #expect(IRType.array(count: 3, element: .integer(24)).allocSize == 12)
    #expect(IRType.array(count: 0, element: .integer(64)).allocSize == 0)
    #expect(IRType.array(count: 0, element: .integer(64)).alignment == 8)
  }

  @Test func structsArePadded() {
    let type = IRType.structure(fields: [.integer(8), .integer(64), .integer(16)], packed: false)
    #expect(type.fieldOffsets == [0, 8, 16])
    #expect(type.allocSize == 24)
    #expect(type.fieldOffset(1) == 8)
    #expect(type.fieldOffset(3) == nil)
  }

  @Test func packedStructsAreNot() {
    let type = IRType.structure(fields: [.integer(8), .integer(64), .integer(16)], packed: true)
    #expect(type.fieldOffsets == [0, 1, 9])
    #expect(type.allocSize == 11)
    #expect(type.alignment == 1)
  }

  @Test func knowsTheLayoutOfScalarsWithoutSemantics() {
    #expect(IRType.unsupported("double").allocSize == 8)
    #expect(IRType.unsupported("x86_fp80").storeSize == 10)
    #expect(IRType.unsupported("x86_fp80").allocSize == 16)
    #expect(IRType.unsupported("i128").alignment == 16)
    #expect(IRType.unsupported("<4 x i32>").allocSize == 16)
    #expect(IRType.unsupported("<3 x i32>").alignment == 16)
  }

  @Test func typesWithoutSizeHaveNone() {
    let opaque = IRType.unsupported("opaque %s")
    #expect(IRType.void.allocSize == nil)
    #expect(opaque.allocSize == nil)
    #expect(IRType.structure(fields: [.integer(8), opaque], packed: false).allocSize == nil)
    #expect(IRType.array(count: 2, element: opaque).allocSize == nil)
  }

  @Test func hugeTypesDoNotTrap() {
    let huge = IRType.array(count: .max, element: .integer(64))
    #expect(IRType.structure(fields: [huge, huge], packed: false).allocSize == .max)
  }
}
