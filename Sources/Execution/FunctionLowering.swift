// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// Sizes and widths, or an error for a type that the semantics does not have.
enum Lowering {
  static func width(_ type: IRType) throws(ExecutionError) -> Int {
    switch type {
    case .integer(let width) where (1...64).contains(width): return width
    case .pointer: return 64
    default: throw ExecutionError("unsupported type: \(type)")
    }
  }

  static func bytes(_ type: IRType) throws(ExecutionError) -> Int { (try width(type) + 7) / 8 }

  static func size(_ type: IRType) throws(ExecutionError) -> Int {
    guard let size = type.allocSize else { throw ExecutionError("a type without a size: \(type)") }
    return size
  }

  static func shape(_ type: IRType) throws(ExecutionError) -> Shape {
    switch type {
    case .void: return .void
    case .structure(let fields, _):
      guard let offsets = type.fieldOffsets else { throw ExecutionError("no layout: \(type)") }
      var elements: [Shape.Element] = []
      for (field, offset) in zip(fields, offsets) {
        elements.append(Shape.Element(offset: offset, shape: try shape(field)))
      }
      return .aggregate(elements)
    case .array(let count, let element):
      let stride = try size(element)
      let inner = try shape(element)
      return .aggregate(
        (0..<count).map { Shape.Element(offset: $0 * stride, shape: inner) })
    default: return .scalar(width: try width(type), bytes: try bytes(type))
    }
  }

  /// How far the element of constant indices is from the base, in bytes.
  static func constantOffset(_ source: IRType, _ indices: [Int]) throws(ExecutionError) -> UInt64 {
    var offset = 0
    var type = source
    for (position, index) in indices.enumerated() {
      if position == 0 {
        offset &+= index &* (try size(source))
        continue
      }
      let (step, inner) = try self.step(into: type, index)
      offset &+= step
      type = inner
    }
    return UInt64(truncatingIfNeeded: offset)
  }

  static func step(into type: IRType, _ index: Int) throws(ExecutionError) -> (Int, IRType) {
    switch type {
    case .array(_, let element): return (index &* (try size(element)), element)
    case .structure(let fields, _):
      guard let offset = type.fieldOffset(index), fields.indices.contains(index) else {
        throw ExecutionError("no field \(index) in \(type)")
      }
      return (offset, fields[index])
    default: throw ExecutionError("no elements in \(type)")
    }
  }
}

/// Lowers one function.
struct FunctionLowering {
  let function: Function
  let unit: Program.Unit
  let linker: Linker
  let module: Int
  let constants: ConstantLowering

  func lower() throws(ExecutionError) -> Code {
    let loads = LoadPurposes(function)
    let locals = variablesOfBlocks
    var blocks: [[Step]] = []
    for block in function.blocks {
      var steps: [Step] = []
      for instruction in block.instructions { steps.append(step(instruction, loads, locals)) }
      blocks.append(steps)
    }
    for (block, variable) in PostDecrements(function).variables {
      blocks[block][0].action = .wrap(try source(variable))
    }
    var byValue: [Int?] = []
    for parameter in function.parameters { byValue.append(parameter.byValue?.allocSize) }
    return Code(
      name: function.name, location: function.location, blocks: blocks,
      registerCount: function.registerCount, registerNames: function.registerNames,
      byValue: byValue, parameterCount: function.parameters.count,
      isVariadic: function.isVariadic, isStrategy: unit.isStrategy,
      loops: LoopStructure(blocks))
  }

  /// The registers with the addresses of local variables that live as long as their block.
  private var variablesOfBlocks: Set<Int> {
    var result: Set<Int> = []
    for instruction in function.blocks.flatMap(\.instructions) {
      if case .lifetime(let variable, _) = instruction.operation,
        case .register(let register) = variable.value
      {
        result.insert(register)
      }
    }
    return result
  }

  /// What cannot be lowered is an error where it is executed, with its own location.
  private func step(
    _ instruction: Instruction, _ loads: LoadPurposes, _ locals: Set<Int>
  ) -> Step {
    var action: Action
    do {
      action = try self.action(instruction, loads)
      if case .allocate(let bytes, _) = action, locals.contains(instruction.result ?? -1) {
        action = .allocate(bytes: bytes, isOfBlock: true)
      }
    } catch {
      action = .unsupported(error.message)
    }
    return Step(
      action: action, result: instruction.result ?? -1, location: instruction.location)
  }

  private func source(_ operand: Operand) throws(ExecutionError) -> Source {
    switch operand.value {
    case .register(let number): return .register(number)
    case .constant(let constant): return .value(try constants.value(constant, operand.type))
    }
  }

  private func sources(_ operands: [Operand]) throws(ExecutionError) -> [Source] {
    var result: [Source] = []
    for operand in operands { result.append(try source(operand)) }
    return result
  }

  private func action(
    _ instruction: Instruction, _ loads: LoadPurposes
  ) throws(ExecutionError) -> Action {
    switch instruction.operation {
    case .binary(let op, let a, let b):
      _ = try Lowering.width(a.type)
      return .binary(op, try source(a), try source(b))
    case .compare(let comparison, let a, let b):
      _ = try Lowering.width(a.type)
      return .compare(comparison, try source(a), try source(b))
    case .cast(let op, let a, let type):
      _ = try Lowering.width(a.type)
      return .resize(try source(a), width: try Lowering.width(type), signed: op == .sext)
    case .select(let condition, let a, let b):
      return .select(try source(condition), try source(a), try source(b))
    case .alloca(let type, let count, _): return try allocate(type, count)
    case .load(let type, let address, _):
      return .load(
        try Lowering.shape(type), try source(address), loads.unwritten(instruction))
    case .store(let value, let address, _):
      return .store(try source(value), try Lowering.shape(value.type), try source(address))
    case .elementPointer(let type, let base, let indices):
      return try elementPointer(type, base, indices)
    case .extractValue(let aggregate, let indices): return .extract(try source(aggregate), indices)
    case .insertValue(let aggregate, let element, let indices):
      return .insert(try source(aggregate), try source(element), indices)
    case .lifetime(let variable, let begins):
      return .lifetime(of: try source(variable), begins: begins)
    case .call(let call): return try self.call(call)
    case .phi(_, let incoming):
      var inputs: [PhiInput] = []
      for input in incoming {
        inputs.append(PhiInput(block: input.block, source: try source(input.value)))
      }
      return .phi(inputs)
    case .compareExchange(let address, let expected, let new):
      return .compareExchange(
        address: try source(address), expected: try source(expected), new: try source(new),
        try Lowering.shape(expected.type))
    case .atomicUpdate(let op, let address, let value):
      return .atomicUpdate(
        op, address: try source(address), try source(value), try Lowering.shape(value.type))
    case .fence: return .nothing
    case .freeze(let value): return .copy(try source(value))
    case .branch(let block): return .jump(block)
    case .conditionalBranch(let condition, let yes, let no):
      return .branch(try source(condition), then: yes, else: no)
    case .switchOn(let value, let other, let cases):
      return .multiway(try source(value), default: other, cases)
    case .ret(let value):
      guard let value else { return .ret(nil) }
      return .ret(try source(value))
    case .unreachable: return .unreachable
    case .unsupported(let text): return .unsupported(text)
    }
  }

  private func allocate(_ type: IRType, _ count: Operand?) throws(ExecutionError) -> Action {
    var elements = 1
    if let count {
      guard case .constant(.integer(let value, _)) = count.value else {
        throw ExecutionError("arrays of variable length are not supported")
      }
      elements = Int(clamping: value)
    }
    let (bytes, overflow) = try Lowering.size(type).multipliedReportingOverflow(by: elements)
    if overflow { throw ExecutionError("a local variable of absurd size") }
    return .allocate(bytes: bytes, isOfBlock: false)
  }

  private func elementPointer(
    _ source: IRType, _ base: Operand, _ indices: [Operand]
  ) throws(ExecutionError) -> Action {
    var offset: UInt64 = 0
    var scaled: [ScaledIndex] = []
    var type = source
    for (position, operand) in indices.enumerated() {
      if case .constant(.integer(let bits, let width)) = operand.value {
        let index = Int(
          truncatingIfNeeded: TermPool().signExtend(Term(bits, width: width), to: 64).constant ?? 0)
        if position == 0 {
          offset &+= try Lowering.constantOffset(source, [index])
        } else {
          let (step, inner) = try Lowering.step(into: type, index)
          offset &+= UInt64(truncatingIfNeeded: step)
          type = inner
        }
        continue
      }
      var element = source
      if position > 0 {
        guard case .array(_, let inner) = type else {
          throw ExecutionError("a struct's field by a variable number")
        }
        element = inner
      }
      scaled.append(
        ScaledIndex(
          index: try self.source(operand), scale: UInt64(try Lowering.size(element))))
      type = element
    }
    return .address(try self.source(base), offset: offset, scaled: scaled)
  }

  private func call(_ call: Call) throws(ExecutionError) -> Action {
    let result = try Lowering.shape(call.returnType)
    let arguments = try sources(call.arguments)
    let byValue = call.byValue.map { $0?.allocSize }
    switch call.callee {
    case .named(let name):
      if let number = linker.functionNumber(name, module: module) {
        return .call(.function(number), arguments, byValue: byValue, result: result)
      }
      return .call(.intrinsic(name), arguments, byValue: byValue, result: result)
    case .indirect(let operand):
      return .call(.indirect(try source(operand)), arguments, byValue: byValue, result: result)
    case .assembly(let template, let constraints):
      // An empty template with nothing but clobbers is a compiler barrier.
      let writes = constraints.split(separator: ",").contains { !$0.hasPrefix("~") }
      if template.isEmpty, !writes { return .nothing }
      throw ExecutionError("inline assembly is not supported: \"\(template)\"")
    }
  }
}
