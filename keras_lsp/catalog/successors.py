"""Successors: what became of names that no table can tell, kept by hand.

Never holds what two releases can be compared for; each row says where it comes from.
"""

from __future__ import annotations

NAMES = {
    # keras/layers/cudnn_recurrent.py of 2.3; the LSTM of 2.4 chooses cuDNN by itself.
    "keras.layers.CuDNNLSTM": "keras.layers.LSTM",
    "keras.layers.CuDNNGRU": "keras.layers.GRU",
    # keras/utils/np_utils.py, vis_utils.py, generic_utils.py of 2.12; the modules are private now.
    "keras.utils.np_utils.to_categorical": "keras.utils.to_categorical",
    "keras.utils.visualize_util.plot": "keras.utils.plot_model",
    "keras.utils.visualize_util.model_to_dot": "keras.utils.model_to_dot",
    # keras/applications/mobilenet.py of 2.0 had both before the layer and the function had a home.
    "keras.applications.mobilenet.DepthwiseConv2D": "keras.layers.DepthwiseConv2D",
    "keras.applications.mobilenet.relu6": "keras.activations.relu6",
    # keras/initializations.py of 1.2, keras/initializers.py of 2.3: other spellings of these.
    "keras.initializers.normal": "keras.initializers.RandomNormal",
    "keras.initializers.uniform": "keras.initializers.RandomUniform",
    "keras.initializers.one": "keras.initializers.Ones",
    "keras.initializers.zero": "keras.initializers.Zeros",
    # keras/constraints.py of 2.3: the aliases of Keras 1 below the classes.
    "keras.constraints.maxnorm": "keras.constraints.MaxNorm",
    "keras.constraints.nonneg": "keras.constraints.NonNeg",
    "keras.constraints.unitnorm": "keras.constraints.UnitNorm",
    # keras/optimizers.py of 2.3: the lower-case aliases at its end.
    "keras.optimizers.adam": "keras.optimizers.Adam",
    "keras.optimizers.sgd": "keras.optimizers.SGD",
    "keras.optimizers.rmsprop": "keras.optimizers.RMSprop",
    "keras.optimizers.adagrad": "keras.optimizers.Adagrad",
    "keras.optimizers.adadelta": "keras.optimizers.Adadelta",
    "keras.optimizers.adamax": "keras.optimizers.Adamax",
    "keras.optimizers.nadam": "keras.optimizers.Nadam",
    # keras/backend.py of 2.15 for what keras.ops, keras.random and keras.utils took over.
    "keras.backend.variable": "keras.Variable",
    "keras.backend.pow": "keras.ops.power",
    "keras.backend.flatten": "keras.ops.ravel",
    "keras.backend.permute_dimensions": "keras.ops.transpose",
    "keras.backend.repeat_elements": "keras.ops.repeat",
    "keras.backend.eval": "keras.ops.convert_to_numpy",
    "keras.backend.get_value": "keras.ops.convert_to_numpy",
    "keras.backend.random_uniform": "keras.random.uniform",
    "keras.backend.random_normal": "keras.random.normal",
    "keras.backend.constant": "keras.ops.convert_to_tensor",
    "keras.backend.gather": "keras.ops.take",
    "keras.backend.name_scope": "keras.name_scope",
}
"""A name of an older release, and the one to write now."""

WHY_NOT = {
    # keras/engine/saving.py of 2.15: "… cannot be used because it has a security risk".
    "keras.models.model_from_yaml": "store models with `to_json`, which `model_from_json` reads",
    "keras.models.model_from_config": "call `from_config` of the model's own class",
    # keras/utils/layer_utils.py of 2.3: it turned the kernels of Theano around.
    "keras.utils.convert_all_kernels_in_model": "there is no Theano below Keras any more",
    # keras/models.py and layers/containers.py of 0.3; 1.0 made the functional API of them.
    "keras.models.Graph": "make a `Model` of its inputs and outputs",
    "keras.layers.containers": "a `Sequential` or a `Model` is a layer itself",
    "keras.layers.AutoEncoder": "make a `Model` of the encoder and the decoder",
    "keras.layers.TimeDistributedDense": "wrap a `Dense` in `TimeDistributed`",
    # keras/utils/data_utils.py of 2.3: what `fit` reads generators with.
    "keras.utils.GeneratorEnqueuer": "hand the generator to `fit` or `predict`",
    "keras.utils.OrderedEnqueuer": "hand the `PyDataset` to `fit` or `predict`",
    # keras/applications/mobilenet.py of 2.0: the address of its weights.
    "keras.applications.mobilenet.BASE_WEIGHT_PATH": "write the address out",
    # keras/utils/conv_utils.py, layer_utils.py and legacy/interfaces.py of 2.3: never public.
    "keras.utils.conv_utils": "write out what you need of it",
    "keras.utils.layer_utils": "write out what you need of it",
    "keras.legacy.interfaces": "it translated names of Keras 1: leave it out",
    # keras/utils/io_utils.py, generic_utils.py of 2.3 and regularizers.py of 1.2.
    "keras.utils.io_utils.HDF5Matrix": "read the file with h5py",
    "keras.utils.generic_utils.has_arg": "ask `inspect.signature`",
    "keras.regularizers.activity_l1": "hand `L1` to `activity_regularizer`",
    "keras.regularizers.activity_l2": "hand `L2` to `activity_regularizer`",
    # keras/layers/local.py, core.py and legacy/layers.py of 2.3 and 1.2: nothing like them is left.
    "keras.layers.LocallyConnected1D": "only `tf_keras` has such a layer",
    "keras.layers.LocallyConnected2D": "only `tf_keras` has such a layer",
    "keras.layers.Merge": "call `Concatenate`, `Add`, `Multiply` … on the tensors",
    "keras.layers.merge": "call `Concatenate`, `Add`, `Multiply` … on the tensors",
    "keras.layers.MaxoutDense": "write it as a layer of your own",
    "keras.layers.Highway": "write it as a layer of your own",
    "keras.layers.DenseFeatures": "use `keras.utils.FeatureSpace`",
    # keras/utils/multi_gpu_utils.py of 2.3, deprecated by distribution strategies.
    "keras.utils.multi_gpu_model": "make the model in a `tf.distribute.MirroredStrategy`",
    "keras.wrappers.scikit_learn.KerasClassifier": "scikeras has it, with other arguments",
    "keras.wrappers.scikit_learn.KerasRegressor": "scikeras has it, with other arguments",
    # keras/backend/tensorflow_backend.py of 2.3: functions of graphs, placeholders and sessions.
    "keras.backend.get_session": "there are no sessions any more",
    "keras.backend.set_session": "there are no sessions any more",
    "keras.backend.function": "make a `Model` of the inputs and outputs, and call it",
    "keras.backend.gradients": "a gradient is taken with `tf.GradientTape`",
    "keras.backend.placeholder": "an input of a model is a `keras.Input`",
    "keras.backend.learning_phase": "a layer's `call` is told by its argument `training`",
    "keras.backend.set_learning_phase": "hand `training` to the call",
    "keras.backend.in_train_phase": "ask the argument `training` of the layer's `call`",
    "keras.backend.in_test_phase": "ask the argument `training` of the layer's `call`",
    "keras.backend.update": "call `assign` of the variable",
    "keras.backend.update_add": "call `assign_add` of the variable",
    "keras.backend.update_sub": "call `assign_sub` of the variable",
    # keras/src/ops/nn.py of 3.0: relu6(x + 3) / 6; it was 0.2 * x + 0.5.
    "keras.backend.hard_sigmoid": "`keras.ops.hard_sigmoid` has another slope",
    "keras.backend.print_tensor": "call `tf.print`",
    "keras.backend.identity": "leave it out",
    "keras.backend.is_placeholder": "there are no placeholders any more",
    "keras.backend.normalize_data_format": "`None` means `image_data_format()`",
    "keras.backend.moving_average_update": "call `assign` of the variable",
    "keras.backend.set_value": "call `assign` of the variable",
    "keras.backend.batch_set_value": "call `assign` of each variable",
    "keras.backend.batch_get_value": "call `numpy` of each variable",
    "keras.backend.set_image_dim_ordering": "call `set_image_data_format`, with another value",
    "keras.backend.image_dim_ordering": "call `image_data_format`, which gives other values",
}
"""Names without a successor, and what to do by hand."""

NOT_IN_THE_COPY = frozenset({"keras.utils.convert_all_kernels_in_model"})
"""Names that ``tensorflow.python.keras`` of TensorFlow 2.21 has no more either."""

DECORATORS = "keras.legacy.interfaces"
"""The module of decorators that let a function be called as in Keras 1, and do nothing else."""

SAME_IN_OPS = frozenset(
    {"abs", "all", "any", "arange", "argmax", "argmin", "cast", "clip", "concatenate", "cos",
     "cumprod", "cumsum", "dot", "elu", "equal", "exp", "expand_dims", "eye", "greater",
     "greater_equal", "less", "less_equal", "log", "max", "maximum", "mean", "min",
     "minimum", "not_equal", "ones", "ones_like", "prod", "relu", "reshape", "round", "shape",
     "sigmoid", "sign", "sin", "softmax", "softplus", "softsign", "sqrt", "square", "squeeze",
     "stack", "std", "stop_gradient", "sum", "tanh", "tile", "transpose", "var", "zeros",
     "zeros_like", "binary_crossentropy", "categorical_crossentropy", "logsumexp", "one_hot",
     "sparse_categorical_crossentropy"}
)  # fmt: skip
"""Functions of ``keras.backend`` in 2.15 that ``keras.ops`` has with the same leading arguments."""

STILL_UNDER_TF = frozenset(
    {"batch_dot", "batch_flatten", "batch_normalization", "bias_add", "cast_to_floatx", "conv1d",
     "conv2d", "conv2d_transpose", "conv3d", "depthwise_conv2d", "hard_sigmoid", "in_top_k",
     "is_sparse", "l2_normalize", "map_fn", "pool2d", "pool3d", "repeat", "resize_images",
     "reverse", "separable_conv2d", "spatial_2d_padding", "spatial_3d_padding", "switch",
     "temporal_padding", "to_dense"}
)  # fmt: skip
"""Functions without a successor that ``tf.keras.backend`` of Keras 3 has, and that work there."""

AS_ATTRIBUTE = {
    # keras/backend.py of 2.15: int_shape returns the static shape, ndim its length.
    "int_shape": "tuple({0}.shape)",
    "ndim": "len({0}.shape)",
    # keras/backend.py of 2.15: the name of the type, which types are equal to.
    "dtype": "{0}.dtype",
    # keras/backend.py of 2.15: update(x, new_x), set_value(x, value) and the like assign.
    "update": "{0}.assign({1})",
    "update_add": "{0}.assign_add({1})",
    "update_sub": "{0}.assign_sub({1})",
    "set_value": "{0}.assign({1})",
}
"""Functions of ``keras.backend`` for what every tensor or variable tells or does itself."""

METHODS = {
    # keras/engine/training.py of 2.15: warns and calls these.
    "fit_generator": "fit",
    "evaluate_generator": "evaluate",
    "predict_generator": "predict",
    # keras/engine/sequential.py of 2.3: returns what predict returns.
    "predict_proba": "predict",
}
"""Methods of models that other methods took over, with the same leading arguments."""

ATTRIBUTES = {
    # keras/optimizers/optimizer.py of 2.15: lr is a property that returns learning_rate.
    ("optimizer", "lr"): "learning_rate",
    # keras/engine/base_layer.py of 2.15: the shapes of the tensors that input and output return.
    ("layer", "input_shape"): "input.shape",
    ("layer", "output_shape"): "output.shape",
}
"""Attributes of a family, and where the same is found now."""

ARGUMENTS = {
    # keras/optimizers/__init__.py of 2.9 and optimizer_v2/optimizer_v2.py: `lr` sets it.
    "lr": "learning_rate",
    # keras/legacy/interfaces.py of 2.0: legacy_fit_support, legacy_generator_methods_support.
    "nb_epoch": "epochs",
    "max_q_size": "max_queue_size",
    "samples_per_epoch": "steps_per_epoch",
    "nb_val_samples": "validation_steps",
    "val_samples": "steps",
    # keras/layers/core.py of 1.2, Dropout(p), and legacy_dropout_support of 2.0.
    "p": "rate",
    # keras/layers/wrappers.py and recurrent.py of 1.2 are in the tables; this one is of 1.1.
    "inner_activation": "recurrent_activation",
    # keras/layers/activation/leaky_relu.py of 3.0: warns that `alpha` is `negative_slope`.
    "alpha": "negative_slope",
    # keras/callbacks.py of 2.15, ModelCheckpoint: "`period` argument is deprecated".
    "epsilon": "min_delta",
    # keras/utils/np_utils.py of 1.2 and 2.15: to_categorical(y, nb_classes), (y, num_classes).
    "nb_classes": "num_classes",
    "y": "x",
    # keras/constraints.py of 1.2 and 2.0: MaxNorm(m), MinMaxNorm(low, high); no wrapper knew them.
    "m": "max_value",
    "low": "min_value",
    "high": "max_value",
    # keras/datasets/reuters.py of 1.2 and 2.0: load_data warns that it is `num_words`.
    "nb_words": "num_words",
    # keras/layers/pooling.py and applications/imagenet_utils.py of 1.2: as all others were renamed.
    "dim_ordering": "data_format",
    # keras/ops/image.py of 3.3 and 3.4: resize(image, …), resize(images, …).
    "image": "images",
    # keras/legacy/interfaces.py of 2.0: legacy_model_constructor_support.
    "input": "inputs",
    "output": "outputs",
    # keras/regularizers.py of 2.15: L1(l1=…, **kwargs) reads `l`.
    "l": "l2",
}
"""Arguments with another name, where the callee takes that one now."""

OTHER_UNITS = frozenset({"samples_per_epoch", "nb_val_samples", "val_samples", "consume_less"})
"""Arguments whose values mean something else under the new name: batches, not samples."""

VALUES = {
    # keras/legacy/interfaces.py of 2.0: value_conversions.
    ("dim_ordering", "'tf'"): "'channels_last'",
    ("dim_ordering", "'th'"): "'channels_first'",
    ("dim_ordering", "'default'"): "None",
}
"""Values that were renamed with their argument."""

NO_EFFECT = frozenset(
    {"workers", "use_multiprocessing", "max_queue_size", "max_q_size", "nb_worker", "pickle_safe",
     "experimental_run_tf_function", "validate_shape", "write_grads"}
)  # fmt: skip
"""Arguments that changed how fast something ran, or what was logged, and never its result."""

DEPRECATED = {
    # keras/src/layers/core/embedding.py of 3.0: "Just remove it."
    ("keras.layers.Embedding", "input_length"): "",
    # keras/src/layers/activations/leaky_relu.py of 3.0: "Use `negative_slope` instead."
    ("keras.layers.LeakyReLU", "alpha"): "negative_slope",
    # keras/src/optimizers/base_optimizer.py of 3.0: "no longer supported and will be ignored".
    ("keras.optimizers", "decay"): "",
    # keras/src/saving/saving_api.py of 3.0: "it can be inferred from the file path".
    ("keras.Model.save", "save_format"): "",
    # keras/src/layers/core/input_layer.py of 3.0: "Use `shape`".
    ("keras.layers.InputLayer", "input_shape"): "shape",
}
"""Arguments that Keras 3 takes with a warning, by class or by module; ``""``: it ignores them."""

IDENTIFIERS = {
    # keras/losses.py of 2.15: aliases at its end that Keras 3 does not look up any more.
    "huber_loss": "huber",
    "logcosh": "log_cosh",
    "kullback_leibler_divergence": "kl_divergence",
    # keras/losses.py of 2.3: cosine_proximity = cosine = cosine_similarity.
    "cosine_proximity": "cosine_similarity",
    "cosine": "cosine_similarity",
    # keras/initializers of 3.15: the string that Orthogonal has.
    "orthogonal_initializer": "orthogonal",
}
"""Strings that an older release understood, and those that mean the same now."""

TENSORFLOW = {
    # The migration guide of TensorFlow 2: tf_upgrade_v2 renames these.
    "set_random_seed": "random.set_seed",
    "log": "math.log",
    "random_normal": "random.normal",
    "random_uniform": "random.uniform",
    "truncated_normal": "random.truncated_normal",
    "to_float": "",
    "to_int32": "",
    "Session": "compat.v1.Session",
    "InteractiveSession": "compat.v1.InteractiveSession",
    "ConfigProto": "compat.v1.ConfigProto",
    "GPUOptions": "compat.v1.GPUOptions",
    "placeholder": "compat.v1.placeholder",
    "get_default_graph": "compat.v1.get_default_graph",
    "get_default_session": "compat.v1.get_default_session",
    "reset_default_graph": "compat.v1.reset_default_graph",
    "global_variables_initializer": "compat.v1.global_variables_initializer",
    "global_variables": "compat.v1.global_variables",
    "trainable_variables": "compat.v1.trainable_variables",
    "get_variable": "compat.v1.get_variable",
    "variable_scope": "compat.v1.variable_scope",
    "enable_eager_execution": "compat.v1.enable_eager_execution",
    "disable_eager_execution": "compat.v1.disable_eager_execution",
    "logging": "compat.v1.logging",
    "app": "compat.v1.app",
    "flags": "compat.v1.flags",
    "gfile": "io.gfile",
    "layers": "",
    "contrib": "",
}
"""Names of TensorFlow 1 that TensorFlow 2 does not have, below ``tensorflow``."""

CONTRIB = {
    # The request for comments "Sunset tf.contrib" of TensorFlow, 2018.
    "slim": "the package tf_slim has it",
    "layers": "the package tf_slim has it",
    "framework": "the package tf_slim has it",
    "rnn": "`keras.layers` has such cells",
    "cudnn_rnn": "`keras.layers` has such layers",
    "data": "`tf.data` has it",
    "lookup": "`tf.lookup` has it",
    "distribute": "`tf.distribute` has it",
    "tpu": "`tf.distribute` has it",
    "eager": "TensorFlow is eager by itself",
    "seq2seq": "tensorflow_addons had it, and has ended",
    "crf": "tensorflow_addons had it, and has ended",
    "opt": "tensorflow_addons had it, and has ended",
    "image": "tensorflow_addons had it, and has ended",
}
"""Parts of ``tensorflow.contrib``, and where they went."""
