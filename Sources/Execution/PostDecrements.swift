// SPDX-License-Identifier: Apache-2.0

import LLVMIR

/// The places of a function where clang tells that `i--` wraps, although nothing may come of it:
/// `while (i--)` leaves an unsigned i at its largest value, where nobody looks at it any more.
///
/// clang's own -fsanitize-undefined-ignore-overflow-pattern=unsigned-post-decr-while is no help:
/// clang 21 then leaves out the check of other decrements of the file, too.
struct PostDecrements {
  /// By the block of clang's call: where the variable is.
  private(set) var variables: [Int: Operand] = [:]

  private let function: Function
  /// The instructions that take a register.
  private var users: [Int: [Operation]] = [:]

  private static let handler = "__ubsan_handle_sub_overflow_minimal"

  init(_ function: Function) {
    self.function = function
    let calls = function.blocks.indices.filter(isHandler)
    // Few functions have any.
    guard !calls.isEmpty else { return }
    for instruction in function.blocks.flatMap(\.instructions) {
      for case .register(let register) in instruction.operation.operands.map(\.value) {
        users[register, default: []].append(instruction.operation)
      }
    }
    for block in function.blocks {
      guard case .conditionalBranch(_, let next, let other)? = block.instructions.last?.operation,
        calls.contains(other)
      else { continue }
      variables[other] = variable(block, next: next)
    }
  }

  /// The block does nothing but to call the handler.
  private func isHandler(_ block: Int) -> Bool {
    let instructions = function.blocks[block].instructions
    guard instructions.count == 2, case .call(let call) = instructions[0].operation,
      case .named(PostDecrements.handler) = call.callee, case .branch = instructions[1].operation
    else { return false }
    return true
  }

  /// The variable that a block decrements by one, where its old value is only compared, and its
  /// new one only stored, first of all in the next block.
  private func variable(_ block: Block, next: Int) -> Operand? {
    guard
      case .store(let new, let address, _)? = function.blocks[next].instructions.first?.operation,
      let old = decremented(to: new, in: block), isLoad(old, address, in: block)
    else { return nil }
    let tests = takers(of: old)
    let isLeft = takers(of: new).allSatisfy(\.isStore) && tests.contains(where: \.isComparison)
    return isLeft && tests.allSatisfy { $0.isComparison || $0.isDecrement } ? address : nil
  }

  /// What a value is one less than.
  private func decremented(to new: Operand, in block: Block) -> Operand? {
    guard case .extractValue(let pair, [0])? = definition(of: new, in: block),
      let operation = definition(of: pair, in: block), operation.isDecrement
    else { return nil }
    return operation.operands.first
  }

  private func isLoad(_ value: Operand, _ address: Operand, in block: Block) -> Bool {
    guard case .load(_, address, _)? = definition(of: value, in: block) else { return false }
    return true
  }

  private func definition(of operand: Operand, in block: Block) -> Operation? {
    guard case .register(let register) = operand.value else { return nil }
    return block.instructions.first { $0.result == register }?.operation
  }

  private func takers(of operand: Operand) -> [Operation] {
    guard case .register(let register) = operand.value else { return [] }
    return users[register, default: []]
  }
}

extension Operation {
  fileprivate var isStore: Bool {
    if case .store = self { true } else { false }
  }

  fileprivate var isComparison: Bool {
    if case .compare = self { true } else { false }
  }

  /// x - 1, with its overflow.
  fileprivate var isDecrement: Bool {
    guard case .call(let call) = self, case .named(let name) = call.callee,
      name.hasPrefix("llvm.usub.with.overflow."), call.arguments.count == 2,
      case .constant(.integer(1, _)) = call.arguments[1].value
    else { return false }
    return true
  }
}
