// SPDX-License-Identifier: Apache-2.0

/// One translation unit of LLVM IR, as clang prints it at -O0 with debug information.
public struct Module: Sendable {
  /// The name clang was given for the main source file.
  public var sourceFile: String
  /// What `!llvm.ident` says of the compiler, for example `clang version 21.0.0 (…)`.
  public var producer: String?
  /// Global variables and constants by name, without the `@`.
  public var globals: [String: Global]
  /// Functions, declared or defined, by name, without the `@`.
  public var functions: [String: Function]
  /// The lines of `module asm`: file-scope assembly, which is not read. A symbol that only it
  /// defines is a declaration here.
  public var assembly: [String]

  /// Makes a module from its parts.
  public init(
    sourceFile: String, producer: String?, globals: [String: Global],
    functions: [String: Function], assembly: [String] = []
  ) {
    self.sourceFile = sourceFile
    self.producer = producer
    self.globals = globals
    self.functions = functions
    self.assembly = assembly
  }
}

/// A place in a C source file, as `#line` presents it.
public struct SourceLocation: Sendable, Hashable {
  /// The file's name as clang was given it.
  public var file: String
  /// The line, from 1; 0 where clang gave none.
  public var line: Int
  /// The column, from 1; 0 where clang gave none.
  public var column: Int

  /// Makes a location.
  public init(file: String, line: Int, column: Int = 0) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// A first-class type. Named structs are resolved while reading, so that equal layouts are equal.
public enum IRType: Sendable, Hashable {
  case void
  /// An integer of 1 to 64 bits.
  case integer(Int)
  /// An opaque pointer, 64 bits.
  case pointer
  indirect case array(count: Int, element: IRType)
  case structure(fields: [IRType], packed: Bool)
  /// A type that the semantics does not have (float, vector, wide integer…), by its text.
  case unsupported(String)
}

/// A global variable or constant.
public struct Global: Sendable {
  /// The name, without the `@`.
  public var name: String
  /// The type of what is stored, not of the address.
  public var type: IRType
  /// Nil for an `external` declaration.
  public var initializer: Constant?
  /// `constant`: never written.
  public var isConstant: Bool
  /// `internal` or `private`: the name is the module's own.
  public var isInternal: Bool
  /// `weak`: a strong definition of the same name in another module wins. An `extern_weak`
  /// declaration is weak too: without any definition its address is null.
  public var isWeak: Bool
  /// `thread_local`: each thread has its own.
  public var isThreadLocal: Bool
  /// The section that C asks for.
  public var section: String?
  /// Where the variable is declared in C, where that is known.
  public var location: SourceLocation?

  /// Makes a global.
  public init(
    name: String, type: IRType, initializer: Constant?, isConstant: Bool, isInternal: Bool,
    isWeak: Bool, isThreadLocal: Bool = false, section: String?, location: SourceLocation?
  ) {
    self.name = name
    self.type = type
    self.initializer = initializer
    self.isConstant = isConstant
    self.isInternal = isInternal
    self.isWeak = isWeak
    self.isThreadLocal = isThreadLocal
    self.section = section
    self.location = location
  }
}

/// A constant expression.
public enum Constant: Sendable, Hashable {
  /// The value's low bits, zero-extended to 64.
  case integer(UInt64, width: Int)
  case null
  /// `undef` or `poison`.
  case undefined
  /// `zeroinitializer` of the type at hand.
  case zero
  /// The address of a global or a function.
  case global(String)
  /// The elements of an array or a struct, in order (a `c"…"` string is an array of bytes).
  case aggregate([TypedConstant])
  /// An address computed from another: `getelementptr (sourceType, base, indices…)`.
  indirect case elementPointer(source: IRType, base: TypedConstant, indices: [TypedConstant])
  /// `ptrtoint`, `inttoptr`, `bitcast`, `trunc`, `zext`, `sext`.
  indirect case cast(CastOperator, TypedConstant, to: IRType)
  /// `add`, `sub`, … of constants.
  indirect case binary(BinaryOperator, TypedConstant, TypedConstant)
  /// A constant that the semantics does not have (floating point, a vector, a block's address…),
  /// by a description: an error where its value is used.
  case unsupported(String)
}

/// A constant with its type.
public struct TypedConstant: Sendable, Hashable {
  /// The constant's type.
  public var type: IRType
  /// The constant.
  public var value: Constant

  /// Makes a constant of a type.
  public init(type: IRType, value: Constant) {
    self.type = type
    self.value = value
  }
}
