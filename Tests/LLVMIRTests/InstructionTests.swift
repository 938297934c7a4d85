// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LLVMIR

/// Operations are compared as they are shown.
private func shows(_ text: String, _ expected: LLVMIR.Operation, with declarations: String = "")
  throws -> Bool
{
  "\(try operation(text, with: declarations))" == "\(expected)"
}

struct InstructionTests {
  @Test(arguments: BinaryOperator.allCases)
  func readsBinaryOperators(_ binary: BinaryOperator) throws {
    #expect(
      try shows("%r = \(binary.rawValue) i32 %x, -1", .binary(binary, x, integer(0xffff_ffff, 32))))
  }

  @Test func dropsFlags() throws {
    #expect(try shows("%r = add nuw nsw i32 %x, 1", .binary(.add, x, integer(1, 32))))
    #expect(try shows("%r = udiv exact i32 %x, 1", .binary(.udiv, x, integer(1, 32))))
    #expect(try shows("%r = or disjoint i32 %x, 1", .binary(.or, x, integer(1, 32))))
    #expect(try shows("%r = zext nneg i32 %x to i64", .cast(.zext, x, to: .integer(64))))
    #expect(try shows("%r = icmp samesign ult i32 %x, 1", .compare(.ult, x, integer(1, 32))))
  }

  @Test(arguments: Comparison.allCases)
  func readsComparisons(_ comparison: Comparison) throws {
    #expect(try shows("%r = icmp \(comparison.rawValue) i32 %x, %x", .compare(comparison, x, x)))
  }

  @Test func readsCasts() throws {
    #expect(try shows("%r = trunc i64 %y to i8", .cast(.trunc, y, to: .integer(8))))
    #expect(try shows("%r = sext i32 %x to i64", .cast(.sext, x, to: .integer(64))))
    #expect(try shows("%r = ptrtoint ptr %p to i64", .cast(.ptrtoint, p, to: .integer(64))))
    #expect(try shows("%r = inttoptr i64 %y to ptr", .cast(.inttoptr, y, to: .pointer)))
  }

  @Test func readsSelectAndFreeze() throws {
    #expect(
      try shows(
        "%r = select i1 true, i32 %x, i32 7", .select(condition: integer(1, 1), x, integer(7, 32))))
    #expect(try shows("%r = freeze i32 %x", .freeze(x)))
  }

  @Test func readsPhi() throws {
    let module = try read(
      """
      define i32 @f(i32 %x) {
      entry:
        br label %next
      next:
        %r = phi i32 [ %x, %entry ], [ 1, %next ]
        br label %next
      }
      """)
    let phi = try #require(module.functions["f"]?.blocks[1].instructions[0])
    let expected = Operation.phi(
      .integer(32),
      incoming: [
        Incoming(value: register(0, .integer(32)), block: 0),
        Incoming(value: integer(1, 32), block: 1),
      ])
    #expect("\(phi.operation)" == "\(expected)")
  }

  @Test func readsAggregateAccess() throws {
    let type = IRType.structure(fields: [.integer(64), .integer(1)], packed: false)
    let undefined = Operand(type: type, value: .constant(.undefined))
    #expect(
      try shows("%r = extractvalue { i64, i1 } undef, 1", .extractValue(undefined, indices: [1])))
    #expect(
      try shows(
        "%r = insertvalue { i64, i1 } poison, i64 %y, 0",
        .insertValue(undefined, element: y, indices: [0])))
  }

  @Test func readsConditionalBranches() throws {
    #expect(
      "\(try instructions("br i1 true, label %a, label %entry\na:")[0].operation)"
        == "\(Operation.conditionalBranch(integer(1, 1), then: 1, else: 0))")
  }

  @Test func switchValuesAreZeroExtended() throws {
    let text = "switch i32 %x, label %a [\n    i32 -1, label %a\n    i32 5, label %entry\n  ]\na:"
    let expected = Operation.switchOn(
      x, default: 1,
      cases: [SwitchCase(value: 0xffff_ffff, block: 1), SwitchCase(value: 5, block: 0)])
    #expect("\(try instructions(text)[0].operation)" == "\(expected)")
  }

  @Test func aSwitchMayHaveNoCase() throws {
    let expected = Operation.switchOn(x, default: 1, cases: [])
    #expect(
      "\(try instructions("switch i32 %x, label %a [\n  ]\na:")[0].operation)" == "\(expected)")
  }

  @Test func readsReturns() throws {
    #expect(try shows("", .ret(nil)))
    #expect(try shows("unreachable\nnext:", .unreachable))
  }

  @Test func refusesOperandsOfWrongTypes() {
    for text in [
      "%r = add ptr %p, %p", "%r = trunc i32 %x to i64", "%r = load i32, i32 %x",
      "store i32 %x, i64 %y", "br i1 %x, label %a, label %a", "ret i32 %x",
      "%r = extractvalue { i8 } undef, 1", "%r = getelementptr i32, ptr %p, i32 0, i32 1",
      "%r = fence seq_cst", "%r = select i32 %x, i32 1, i32 2",
    ] {
      #expect(throws: IRError.self) { try instructions(text) }
    }
  }

  @Test func refusesUnknownInstructions() {
    #expect(
      failure("define void @f() {\n  frobnicate i32 1\n}")?.message.contains("frobnicate") == true)
  }

  @Test func refusesTextAfterAnInstruction() {
    #expect(throws: IRError.self) { try instructions("%r = add i32 %x, 1 junk") }
    #expect(throws: IRError.self) { try instructions("%r = add i32 %x, 1, i32 4") }
  }
}

struct MemoryInstructionTests {
  @Test func readsAlloca() throws {
    #expect(
      try shows("%r = alloca i32, align 16", .alloca(.integer(32), count: nil, alignment: 16)))
    #expect(
      try shows("%r = alloca i8, i64 %y, align 1", .alloca(.integer(8), count: y, alignment: 1)))
    #expect(try shows("%r = alloca i64", .alloca(.integer(64), count: nil, alignment: 8)))
  }

  @Test func readsLoadsAndStores() throws {
    #expect(
      try shows(
        "%r = load volatile i32, ptr %p, align 4", .load(.integer(32), address: p, isVolatile: true)
      ))
    #expect(try shows("store i32 %x, ptr %p", .store(x, address: p, isVolatile: false)))
  }

  @Test func readsAtomicAccess() throws {
    #expect(
      try shows(
        "%r = load atomic i32, ptr %p acquire, align 4",
        .load(.integer(32), address: p, isVolatile: false)))
    #expect(
      try shows(
        "store atomic volatile i32 %x, ptr %p syncscope(\"singlethread\") release, align 4",
        .store(x, address: p, isVolatile: true)))
    #expect(
      try shows(
        "%r = cmpxchg weak ptr %p, i32 %x, i32 1 seq_cst monotonic, align 4",
        .compareExchange(address: p, expected: x, new: integer(1, 32))))
    #expect(try shows("fence syncscope(\"singlethread\") seq_cst", .fence))
  }

  @Test(arguments: AtomicOperator.allCases)
  func readsAtomicUpdates(_ update: AtomicOperator) throws {
    #expect(
      try shows(
        "%r = atomicrmw \(update.rawValue) ptr %p, i32 %x seq_cst, align 4",
        .atomicUpdate(update, address: p, x)))
  }

  @Test func compareExchangeGivesTheOldValueAndSuccess() throws {
    let read = try instructions(
      "%r = cmpxchg ptr %p, i32 %x, i32 1 seq_cst monotonic\n%v = extractvalue { i32, i1 } %r, 1")
    #expect(read[1].operation.resultType == .integer(1))
  }

  @Test func readsElementPointers() throws {
    let source = IRType.structure(
      fields: [.integer(8), .array(count: 2, element: .integer(32))], packed: false)
    #expect(
      try shows(
        "%r = getelementptr inbounds nuw { i8, [2 x i32] }, ptr %p, i32 0, i32 1, i64 %y",
        .elementPointer(source: source, base: p, indices: [integer(0, 32), integer(1, 32), y])))
  }
}

struct CallTests {
  private func call(_ text: String, with declarations: String = "") throws -> Call {
    guard case .call(let call) = try operation(text, with: declarations) else {
      throw IRError(file: "test.ll", line: 0, message: "no call")
    }
    return call
  }

  @Test func readsCallsWithAttributes() throws {
    let call = try call(
      "%r = tail call fastcc noundef range(i32 0, 5) i32 @g(i32 noundef 7, ptr align 8 dereferenceable(4) %p) #2, !srcloc !0",
      with: "declare i32 @g(i32, ptr)\n!0 = !{i64 1}")
    guard case .named("g") = call.callee else {
      Issue.record("not @g")
      return
    }
    #expect(call.arguments == [integer(7, 32), p])
    #expect(call.returnType == .integer(32))
    #expect(!call.isVariadic)
  }

  @Test func readsVariadicCalls() throws {
    let call = try call(
      "%r = call i32 (ptr, ...) @g(ptr %p, i64 3)", with: "declare i32 @g(ptr, ...)")
    #expect(call.isVariadic)
    #expect(call.arguments.count == 2)
  }

  @Test func readsIndirectCalls() throws {
    guard case .indirect(let callee) = try call("call void %p(i32 1)").callee,
      case .indirect(let null) = try call("call void null()").callee
    else {
      Issue.record("not indirect")
      return
    }
    #expect(callee == p)
    #expect(null == Operand(type: .pointer, value: .constant(.null)))
  }

  @Test func readsAssembly() throws {
    let call = try call(#"%r = call i32 asm sideeffect "a\0A$0", "=r,~{memory}"(i32 %x) #1"#)
    guard case .assembly("a\n$0", constraints: "=r,~{memory}") = call.callee else {
      Issue.record("other assembly")
      return
    }
    #expect(call.arguments == [x])
  }

  @Test(arguments: ["start", "end"])
  func readsLifetimes(_ end: String) throws {
    let read = try instructions(
      "call void @llvm.lifetime.\(end).p0(i64 4, ptr %p)",
      with: "declare void @llvm.lifetime.\(end).p0(i64, ptr)")
    guard case .lifetime(let variable, let begins) = read.first?.operation else {
      Issue.record("no lifetime")
      return
    }
    #expect(variable.type == .pointer)
    #expect(begins == (end == "start"))
  }

  @Test func dropsDebugIntrinsics() throws {
    let read = try instructions(
      """
        #dbg_declare(ptr %p, !0, !DIExpression(), !0)
        call void @llvm.dbg.declare(metadata ptr %p, metadata !0, metadata !DIExpression())
      """,
      with: """
        declare void @llvm.dbg.declare(metadata, metadata, metadata)
        !0 = !{}
        """)
    #expect(read.count == 1)
  }

  @Test func keepsOtherIntrinsics() throws {
    let call = try call(
      "%r = call i64 @llvm.read_register.i64(metadata !0)",
      with: "declare i64 @llvm.read_register.i64(metadata)\n!0 = !{!\"rsp\"}")
    guard case .named("llvm.read_register.i64") = call.callee else {
      Issue.record("not the intrinsic")
      return
    }
    #expect(
      call.arguments == [
        Operand(type: .unsupported("metadata"), value: .constant(.unsupported("metadata !0")))
      ])
  }

  @Test func dropsWhatAnAssumptionPromises() throws {
    let call = try call(
      "call void @llvm.assume(i1 true) [ \"align\"(ptr %p, i64 8) ]",
      with: "declare void @llvm.assume(i1)")
    #expect(call.arguments == [integer(1, 1)])
  }
}
