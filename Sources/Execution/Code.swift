// SPDX-License-Identifier: Apache-2.0

import LLVMIR
import SMT

/// Where an operand comes from.
enum Source: Sendable {
  case register(Int)
  case value(Value)
}

/// One step of a function, its types resolved to widths, sizes and offsets.
struct Step: Sendable {
  var action: Action
  /// The register of the result, or -1.
  var result: Int
  var location: SourceLocation?
}

/// What a step does. Blocks are named by their index.
enum Action: Sendable {
  case binary(BinaryOperator, Source, Source)
  case compare(Comparison, Source, Source)
  /// To a width; signed extensions take the sign along.
  case resize(Source, width: Int, signed: Bool)
  case copy(Source)
  case select(Source, Source, Source)
  /// `isOfBlock`: it lives from where its block is entered.
  case allocate(bytes: Int, isOfBlock: Bool)
  case lifetime(of: Source, begins: Bool)
  case load(Shape, Source, Unwritten)
  case store(Source, Shape, Source)
  case address(Source, offset: UInt64, scaled: [ScaledIndex])
  case extract(Source, [Int])
  case insert(Source, Source, [Int])
  case call(Callee, [Source], byValue: [Int?], result: Shape)
  case phi([PhiInput])
  case compareExchange(address: Source, expected: Source, new: Source, Shape)
  case atomicUpdate(AtomicOperator, address: Source, Source, Shape)
  /// What is about to be stored to a variable has wrapped: that is a violation where the variable
  /// is read again.
  case wrap(Source)
  case nothing
  case jump(Int)
  case branch(Source, then: Int, else: Int)
  case multiway(Source, default: Int, [SwitchCase])
  case ret(Source?)
  case unreachable
  case unsupported(String)
}

/// What a load makes of bytes that were never written.
enum Unwritten: Sendable {
  /// Reading them is a violation.
  case isViolation
  /// The read of a bit-field takes its neighbours along: a violation only where nothing of them
  /// all was written.
  case isViolationAlone
  /// They may have any value: the program itself does not look at them.
  case isAnything
}

struct ScaledIndex: Sendable {
  var index: Source
  /// In bytes.
  var scale: UInt64
}

struct PhiInput: Sendable {
  var block: Int
  var source: Source
}

enum Callee: Sendable {
  /// By its number in the program.
  case function(Int)
  case intrinsic(String)
  case indirect(Source)
}

/// A function that can be executed.
struct Code: Sendable {
  var name: String
  var location: SourceLocation?
  /// Nil for what has no body here: calling it is an error.
  var blocks: [[Step]]?
  var registerCount: Int
  var registerNames: [String]
  /// For each parameter, the bytes of one that is passed by value.
  var byValue: [Int?]
  var parameterCount: Int
  var isVariadic: Bool
  /// The function belongs to the strategy under test, not to the model.
  var isStrategy: Bool
  /// Of the blocks.
  var loops: LoopStructure
}
