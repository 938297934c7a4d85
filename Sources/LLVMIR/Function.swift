// SPDX-License-Identifier: Apache-2.0

/// A function, declared or defined.
public struct Function: Sendable {
  /// The name, without the `@`.
  public var name: String
  /// The type of the result; `.void` for none.
  public var returnType: IRType
  /// The formal parameters.
  public var parameters: [Parameter]
  /// The function takes further arguments (`...`).
  public var isVariadic: Bool
  /// `internal` or `private`: the name is the module's own.
  public var isInternal: Bool
  /// `weak`: a strong definition of the same name in another module wins.
  public var isWeak: Bool
  /// Empty for a declaration. The entry block is the first.
  public var blocks: [Block]
  /// How many registers the body uses; parameters are the first of them, in order.
  public var registerCount: Int
  /// The register's name as clang printed it, without the `%`.
  public var registerNames: [String]
  /// Where the function is defined in C, where that is known.
  public var location: SourceLocation?

  /// The function has a body.
  public var isDefined: Bool { !blocks.isEmpty }

  /// Makes a function from its parts.
  public init(
    name: String, returnType: IRType, parameters: [Parameter], isVariadic: Bool,
    isInternal: Bool, isWeak: Bool, blocks: [Block], registerCount: Int,
    registerNames: [String], location: SourceLocation?
  ) {
    self.name = name
    self.returnType = returnType
    self.parameters = parameters
    self.isVariadic = isVariadic
    self.isInternal = isInternal
    self.isWeak = isWeak
    self.blocks = blocks
    self.registerCount = registerCount
    self.registerNames = registerNames
    self.location = location
  }
}

/// A formal parameter; parameter i is register i.
public struct Parameter: Sendable {
  /// The type of what is passed: `.pointer` for a `byval` struct.
  public var type: IRType
  /// The type passed by value behind a pointer: `byval(T)`. The callee owns a copy.
  public var byValue: IRType?
  /// The callee's result is written through this pointer: `sret(T)`.
  public var isStructReturn: Bool

  /// Makes a parameter.
  public init(type: IRType, byValue: IRType?, isStructReturn: Bool) {
    self.type = type
    self.byValue = byValue
    self.isStructReturn = isStructReturn
  }
}

/// A basic block; its last instruction is its terminator.
public struct Block: Sendable {
  /// The label as clang printed it, without the `%`.
  public var label: String
  /// The instructions in order.
  public var instructions: [Instruction]

  /// Makes a block.
  public init(label: String, instructions: [Instruction]) {
    self.label = label
    self.instructions = instructions
  }
}

/// One instruction.
public struct Instruction: Sendable {
  /// The register that takes the result.
  public var result: Int?
  /// What the instruction does.
  public var operation: Operation
  /// Where the instruction comes from in C, with the scope's own file (`#line` honoured).
  public var location: SourceLocation?

  /// Makes an instruction.
  public init(result: Int?, operation: Operation, location: SourceLocation?) {
    self.result = result
    self.operation = operation
    self.location = location
  }
}

/// An operand with its type.
public struct Operand: Sendable, Hashable {
  /// Where the operand's value is from.
  public enum Value: Sendable, Hashable {
    /// A register of the function.
    case register(Int)
    /// A constant.
    case constant(Constant)
  }

  /// The operand's type.
  public var type: IRType
  /// The operand's value.
  public var value: Value

  /// Makes an operand.
  public init(type: IRType, value: Value) {
    self.type = type
    self.value = value
  }
}

/// What an instruction does. Blocks are named by their index in the function.
public enum Operation: Sendable {
  case binary(BinaryOperator, Operand, Operand)
  case compare(Comparison, Operand, Operand)
  case cast(CastOperator, Operand, to: IRType)
  case select(condition: Operand, Operand, Operand)
  /// `count` is nil for one element.
  case alloca(IRType, count: Operand?, alignment: Int)
  case load(IRType, address: Operand, isVolatile: Bool)
  case store(Operand, address: Operand, isVolatile: Bool)
  case elementPointer(source: IRType, base: Operand, indices: [Operand])
  case extractValue(Operand, indices: [Int])
  case insertValue(Operand, element: Operand, indices: [Int])
  /// A local variable's block is entered, or left.
  case lifetime(of: Operand, begins: Bool)
  case call(Call)
  case phi(IRType, incoming: [Incoming])
  case compareExchange(address: Operand, expected: Operand, new: Operand)
  case atomicUpdate(AtomicOperator, address: Operand, Operand)
  case fence
  case freeze(Operand)
  case branch(to: Int)
  case conditionalBranch(Operand, then: Int, else: Int)
  case switchOn(Operand, default: Int, cases: [SwitchCase])
  case ret(Operand?)
  case unreachable
  /// Anything else, by its mnemonic and a reason: it is an error where it is executed or
  /// reached, never skipped.
  case unsupported(String)
}

/// One value that a phi takes, by the block that control came from.
public struct Incoming: Sendable {
  /// The value.
  public var value: Operand
  /// The block that control comes from.
  public var block: Int

  /// Makes an incoming value.
  public init(value: Operand, block: Int) {
    self.value = value
    self.block = block
  }
}

/// One case of a switch.
public struct SwitchCase: Sendable {
  /// The value, zero-extended to 64 bits.
  public var value: UInt64
  /// The block that control goes to.
  public var block: Int

  /// Makes a case.
  public init(value: UInt64, block: Int) {
    self.value = value
    self.block = block
  }
}

/// A call. Debug intrinsics are dropped by the reader, lifetime markers no calls; other `llvm.*`
/// intrinsics are calls like any other.
public struct Call: Sendable {
  /// What is called.
  public enum Callee: Sendable {
    /// A function by its name.
    case named(String)
    /// A function by its address.
    case indirect(Operand)
    /// Inline assembly: its template and its constraints.
    case assembly(String, constraints: String)
  }

  /// What is called.
  public var callee: Callee
  /// The actual arguments.
  public var arguments: [Operand]
  /// For each argument, the type of a `byval` one.
  public var byValue: [IRType?]
  /// The type of the result; `.void` for none.
  public var returnType: IRType
  /// The call goes to a function of variable arguments.
  public var isVariadic: Bool

  /// Makes a call.
  public init(
    callee: Callee, arguments: [Operand], byValue: [IRType?], returnType: IRType,
    isVariadic: Bool
  ) {
    self.callee = callee
    self.arguments = arguments
    self.byValue = byValue
    self.returnType = returnType
    self.isVariadic = isVariadic
  }
}

/// Two-operand integer instructions. Flags (`nuw`, `nsw`, `exact`, `disjoint`) are dropped: the
/// semantics is plain machine arithmetic.
public enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
  case add, sub, mul, udiv, sdiv, urem, srem, shl, lshr, ashr, and, or, xor
}

/// `icmp` predicates.
public enum Comparison: String, Sendable, Hashable, CaseIterable {
  case eq, ne, ugt, uge, ult, ule, sgt, sge, slt, sle
}

/// Casts.
public enum CastOperator: String, Sendable, Hashable, CaseIterable {
  case trunc, zext, sext, ptrtoint, inttoptr, bitcast
}

/// `atomicrmw` operations.
public enum AtomicOperator: String, Sendable, Hashable, CaseIterable {
  case xchg, add, sub, and, nand, or, xor, max, min, umax, umin
}
