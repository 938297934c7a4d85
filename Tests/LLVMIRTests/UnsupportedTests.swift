// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LLVMIR

struct UnsupportedTests {
  private let debug = """
    declare void @g(double)
    !0 = !DILocation(line: 7, column: 3, scope: !1)
    !1 = distinct !DISubprogram(name: "f", file: !2, line: 5)
    !2 = !DIFile(filename: "a.c", directory: "/")
    """

  @Test(arguments: [
    ("%r = fadd double 1.0, 2.0", "fadd: floating point"),
    ("%r = va_arg ptr %p, i32", "va_arg: variable arguments"),
    ("%r = add i128 1, 2", "add: type i128"),
    ("%r = load <4 x i32>, ptr %p", "load: type <4 x i32>"),
    ("%r = load { i8, float }, ptr %p", "load: type float"),
    ("store ptr blockaddress(@f, %entry), ptr %p", "store: constant blockaddress"),
    ("%r = atomicrmw fadd ptr %p, double 1.0 seq_cst", "atomicrmw: operation fadd"),
    ("%r = addrspacecast ptr %p to ptr addrspace(1)", "addrspacecast: address space"),
    ("call void @g(double 1.0)", "call: type double"),
    ("call void %p() [ \"kcfi\"(i32 7) ]", "call: operand bundle"),
    ("%r = icmp eq <2 x i32> zeroinitializer, zeroinitializer", "icmp: type <2 x i32>"),
  ])
  func namesItselfWithItsPlace(_ text: String, _ reason: String) throws {
    let instruction = try #require(try instructions("\(text), !dbg !0", with: debug).first)
    guard case .unsupported(reason) = instruction.operation else {
      Issue.record("\(instruction.operation)")
      return
    }
    #expect(instruction.location == Place(file: "a.c", line: 7, column: 3))
  }

  @Test(arguments: [
    ("indirectbr ptr %p, [label %a, label %entry], !dbg !0", "indirectbr: computed goto"),
    (
      "callbr void asm \"jmp ${0:l}\", \"!i\"() #1\n          to label %a [label %a], !dbg !0",
      "callbr: asm goto"
    ),
    ("switch i128 5, label %a [\n    i128 7, label %a\n  ], !dbg !0", "switch: type i128"),
  ])
  func stillEndsItsBlock(_ text: String, _ reason: String) throws {
    let read = try instructions("\(text)\n\na:", with: debug)
    #expect(read.count == 2)
    guard case .unsupported(reason) = read[0].operation else {
      Issue.record("\(read[0].operation)")
      return
    }
    #expect(read[0].location?.line == 7)
  }

  @Test func memoryOfAnyTypeMayBeAllocated() throws {
    guard case .alloca(.unsupported("i128"), nil, 16) = try operation("%r = alloca i128, align 16")
    else {
      Issue.record("not allocated")
      return
    }
  }

  @Test func memoryWithoutSizeMayNot() throws {
    guard case .unsupported = try operation("%r = alloca %s", with: "%s = type opaque") else {
      Issue.record("allocated")
      return
    }
  }
}
